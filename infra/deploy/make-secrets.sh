#!/bin/sh
# make-secrets.sh FOLDER: every secret of a new installation, one file each. An existing folder is refused: who loses or
# changes the keys loses what they protect.
set -eu
folder=${1:?make-secrets.sh FOLDER}
umask 077
mkdir "$folder"
cd "$folder"
random() { openssl rand -hex 32; }
# For the addresses of the database: its host, and that of PgBouncer.
server=${DATABASE_HOST:-postgres:5432}
pool=${POOL_HOST:-pgbouncer:6432}
for name in superuser-password owner-password app-password password-pepper email-index-key email-seal-key artifact-key metrics-token; do
  random >"$name"
done
app=$(cat app-password)
owner=$(cat owner-password)
echo "postgres://iama_app:$app@$pool/iama" >database-url
echo "postgres://iama_app:$app@$server/iama" >database-direct-url
echo "postgres://iama_owner:$owner@$server/iama" >database-owner-url
echo "\"iama_app\" \"$app\"" >pgbouncer-users
openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:2048 >jwt-private-key
openssl genpkey -algorithm ED25519 >tree-key
# The folder is closed to others; a container's user, who has another number, reads the files that are handed to it.
chmod 0444 ./*
