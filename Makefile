# The front door. Each target is a small script in scripts/; `make help` lists them.
.DEFAULT_GOAL := help
.PHONY: help run demo test bench bench-files lint format docs screenshots clean

help:  ## list the targets
	@sed -nE 's/^([a-z-]+):.*## (.*)/  make \1\t\2/p' Makefile | expand -t 22

run:  ## build and start the server at http://127.0.0.1:8080
	@scripts/run serve

demo:  ## the same with a sample organisation to look around in
	@scripts/run demo

test:  ## unit, interop and browser tests
	@scripts/test

bench: bench-files  ## all benches

bench-files:  ## uploads and downloads beside nginx, memory, the recipient page
	@scripts/bench-files

lint:  ## format, templates, documentation of public declarations
	@scripts/lint

format:  ## format the Swift files in place
	@swift format --in-place --parallel --recursive Sources Tests Package.swift

docs:  ## API documentation as a web site in .build/documentation
	@scripts/docs

screenshots:  ## pictures of all pages in .build/screenshots, the README's in docs/
	@scripts/screenshots

clean:  ## remove what was built and fetched; var/ (the data) stays
	@rm -rf .build .test-tools .venv
