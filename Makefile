# The front door. Each target is a small script in scripts/; `make help` lists them.
.DEFAULT_GOAL := help
.PHONY: help run demo test addins soak fuzz bench bench-auth bench-files bench-mail bench-scale lint format docs screenshots clean

help:  ## list the targets
	@sed -nE 's/^([a-z-]+):.*## (.*)/  make \1\t\2/p' Makefile | expand -t 22

run:  ## build and start the server at http://127.0.0.1:8080
	@scripts/run serve

demo:  ## the same with a sample organisation to look around in
	@scripts/run demo

test:  ## unit, interop, cluster and browser tests, those of the database on both engines
	@scripts/test

addins:  ## the add-ins for mail clients in .build/addins
	@scripts/addins

soak:  ## hours: 500 kills of a server, ten minutes of killed nodes, all interop tests on PostgreSQL
	@scripts/soak

fuzz:  ## all kinds of octets for the parsers of mail and DNS, 20 seconds each
	@scripts/fuzz

bench: bench-auth bench-files bench-mail bench-scale  ## all benches

bench-auth:  ## DKIM beside OpenSSL and dkimpy, SPF beside pyspf, memory of a long verification
	@scripts/bench-auth

bench-files:  ## uploads and downloads beside nginx, memory, the recipient page
	@scripts/bench-files

bench-mail:  ## mails a second beside Postfix and Postfix with OpenDKIM, trouble, a million queued mails
	@scripts/bench-mail

bench-scale:  ## nodes on PostgreSQL and S3 beside one on SQLite, the vault on S3 beside rclone
	@scripts/bench-scale

lint:  ## format, templates, documentation of public declarations
	@scripts/lint

format:  ## format the Swift files in place
	@swift format --in-place --parallel --recursive Sources AddIns/Server Tests Package.swift Fuzz/Package.swift Fuzz/Sources Fuzz/Targets Benchmarks/Package.swift Benchmarks/Sources

docs:  ## API documentation as a web site in .build/documentation
	@scripts/docs

screenshots:  ## pictures of all pages in .build/screenshots/index.html, the README's in docs/
	@scripts/screenshots

clean:  ## remove what was built and fetched; var/ (the data) stays
	@rm -rf .build .test-tools .venv
