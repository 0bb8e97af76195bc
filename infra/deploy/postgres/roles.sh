#!/bin/sh
# The roles and the empty database, once, as superuser. The image of PostgreSQL runs it when its volume is new.
set -eu
secrets=${SECRETS:-/run/secrets}
psql --set=ON_ERROR_STOP=1 --username="${POSTGRES_USER:-postgres}" --dbname=postgres \
  --set=owner="$(cat "$secrets/owner-password")" --set=app="$(cat "$secrets/app-password")" <<'SQL'
CREATE ROLE iama_owner LOGIN CREATEROLE PASSWORD :'owner';
CREATE ROLE iama_app LOGIN PASSWORD :'app';
CREATE DATABASE iama OWNER iama_owner;
SQL
