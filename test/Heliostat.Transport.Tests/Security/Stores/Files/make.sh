#!/usr/bin/env bash
# Makes the stores of this folder anew, with OpenSSL 3 and keytool 17: one client with an RSA key and one with an EC key, below one intermediate.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
rm -f ./*.pem ./*.key ./*.jks ./*.jceks ./*.p12
store=store-pass key=key-pass days=36500
ca="basicConstraints=critical,CA:TRUE"
issue() { # name key-file subject
  openssl req -new -key "$2" -subj "$3" -out "$1.csr"
  openssl x509 -req -in "$1.csr" -CA mid.pem -CAkey mid.tmp -CAcreateserial -days $days -out "$1.pem"
  cat "$1.pem" mid.pem >"$1.chain.pem"
}
openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.tmp -out ca.pem -days $days -subj "/O=Heliostat/CN=Test Root" -addext "$ca"
openssl req -newkey rsa:2048 -nodes -keyout mid.tmp -out mid.csr -subj "/O=Heliostat/CN=Test Intermediate"
openssl x509 -req -in mid.csr -CA ca.pem -CAkey ca.tmp -CAcreateserial -days $days -extfile <(echo "$ca") -out mid.pem
openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out client.key
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out ec.key
issue client client.key "/O=Heliostat/CN=mirror"
issue ec ec.key "/O=Heliostat/CN=mirror-ec"
openssl pkcs8 -topk8 -in client.key -v2 aes-256-cbc -passout "pass:$key" -out client.pbes2.key
openssl pkcs8 -topk8 -in client.key -v1 PBE-SHA1-3DES -passout "pass:$key" -out client.pbes1.key
openssl pkcs8 -topk8 -in ec.key -v2 aes-256-cbc -passout "pass:$key" -out ec.pbes2.key
openssl rsa -in client.key -traditional -out client.pkcs1.key
openssl rsa -in client.key -traditional -aes128 -passout "pass:$key" -out client.pkcs1-encrypted.key
openssl ec -in ec.key -out ec.sec1.key
openssl genpkey -algorithm ED25519 -out ed25519.key
for name in client ec; do
  openssl pkcs12 -export -inkey $name.key -in $name.pem -certfile mid.pem -name $name -passout "pass:$store" -out $name.p12
  keytool -importkeystore -noprompt -srckeystore $name.p12 -srcstoretype PKCS12 -srcstorepass $store -destkeystore $name.jks -deststoretype JKS -deststorepass $store \
    -srcalias $name -destkeypass $([ $name = ec ] && echo $store || echo $key)
done
openssl pkcs12 -export -legacy -inkey client.key -in client.chain.pem -name client -passout "pass:$store" -out client.legacy.p12
keytool -importkeystore -noprompt -srckeystore client.p12 -srcstorepass $store -destkeystore client.keytool.p12 -deststoretype PKCS12 -deststorepass $store
keytool -importkeystore -noprompt -srckeystore client.p12 -srcstorepass $store -destkeystore client.jceks -deststoretype JCEKS -deststorepass $store
for type in jks p12; do
  for name in ca mid; do
    keytool -importcert -noprompt -alias $name -file $name.pem -keystore trust.$type -storetype ${type/p12/PKCS12} -storepass $store
  done
done
openssl pkcs12 -export -nokeys -in ca.pem -passout "pass:$store" -out trust.openssl.p12
rm -f ./*.csr ./*.tmp ./*.srl
