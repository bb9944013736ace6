#!/bin/sh
# Makes the certificates of the tests anew. They protect nothing: their keys are public.
set -e
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat > "$work/conf" <<END
[ca]
default_ca=own
[own]
database=$work/index
serial=$work/serial
new_certs_dir=$work
default_md=sha256
policy=any
[any]
commonName=supplied
[authority]
basicConstraints=critical,CA:TRUE
keyUsage=critical,keyCertSign
END
: > "$work/index"
echo 01 > "$work/serial"
issue() { # key name, start, end, section of the configuration, further options
    name=$1 start=$2 end=$3 section=$4
    shift 4
    openssl ecparam -name prime256v1 -genkey -noout -out "$name.key.pem"
    openssl req -new -key "$name.key.pem" -subj "/CN=Depesche test $name" -out "$work/csr"
    openssl ca -batch -notext -config "$work/conf" -extensions "$section" -keyfile ca.key.pem -in "$work/csr" \
        -startdate "$start" -enddate "$end" -out "$name.pem" "$@"
}
leaf() { # name, start, end, subject alternative names
    printf '[%s]\nsubjectAltName=%s\n' "$1" "$4" >> "$work/conf"
    issue "$1" "$2" "$3" "$1" -cert ca.pem
}
issue ca 20200101000000Z 21200101000000Z authority -selfsign
leaf good 20200101000000Z 21200101000000Z DNS:localhost,IP:127.0.0.1
leaf other 20200101000000Z 21200101000000Z DNS:other.example
leaf expired 20200101000000Z 20200201000000Z DNS:localhost,IP:127.0.0.1
rm ca.key.pem
