#!/bin/bash
# A private Docker engine plus a local stand-in for the "postgres" image, for Testcontainers, as root on Debian 12
# without Docker Hub. Everything comes from Debian's archive through apt.
#
#   docker-postgres.sh run CMD...   up, run CMD with DOCKER_HOST set, then always down; returns CMD's exit code
#   docker-postgres.sh up           start (idempotent); prints the exports
#   docker-postgres.sh down         remove containers, stop the engine, take its bridge away
#   docker-postgres.sh purge        down, then remove the data root and the cached image
#
# Env: TC_HOME (default ~/.cache/anywise-docker), TC_IMAGE (default postgres:17-alpine), TC_SUITES (default "trixie:17 bookworm:15"),
#      TC_MAX_SECONDS (default 3600: the engine ends itself after that whatever happens)
set -Eeuo pipefail
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:$PATH
TC_HOME=${TC_HOME:-${XDG_CACHE_HOME:-$HOME/.cache}/anywise-docker}
TC_IMAGE=${TC_IMAGE:-postgres:17-alpine}
TC_SUITES=${TC_SUITES:-trixie:17 bookworm:15}
TC_MAX_SECONDS=${TC_MAX_SECONDS:-3600}
sock=$TC_HOME/docker.sock pidf=$TC_HOME/dockerd.pid
# API version: Testcontainers 4.16 asks for 1.44 and Debian 12's engine (20.10) ends at 1.41.
# Host override: /.dockerenv exists on this machine, so Testcontainers would take the bridge's gateway for the host.
export DOCKER_HOST=unix://$sock DOCKER_API_VERSION=${TC_API_VERSION:-1.41} DOCKER_BUILDKIT=0 \
  TESTCONTAINERS_RYUK_DISABLED=true TESTCONTAINERS_HOST_OVERRIDE=127.0.0.1
say() { printf '[docker-postgres +%ss] %s\n' "$SECONDS" "$*" >&2; }

running() { [ "$(cat "/proc/$1/comm" 2>/dev/null)" = "$2" ] && ! grep -q '^State:[[:space:]]*Z' "/proc/$1/status" 2>/dev/null; }
alive() { [ -s "$pidf" ] && running "$(cat "$pidf")" dockerd && timeout 5 docker info >/dev/null 2>&1; }

# The archive that apt itself uses here; known only once 'apt-get update' has run.
mirror() {
  local uri
  uri=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' "Codename: $(. /etc/os-release; echo "$VERSION_CODENAME")" 2>/dev/null | head -1)
  [ -n "$uri" ] || { timeout 120 apt-get -q update >/dev/null 2>&1 || true; uri=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 2>/dev/null | head -1); }
  printf '%s' "$uri"
}

install_pkgs() {
  local need=()
  command -v dockerd >/dev/null || need+=(docker.io)
  command -v mmdebstrap >/dev/null || need+=(mmdebstrap)
  [ ${#need[@]} = 0 ] && return 0
  say "apt-get install ${need[*]}"
  # keep the maintainer scripts from starting a system-wide engine
  local pol=/usr/sbin/policy-rc.d made=
  if [ ! -e $pol ]; then printf '#!/bin/sh\nexit 101\n' >$pol; chmod +x $pol; made=1; fi
  { timeout 120 apt-get -q update && DEBIAN_FRONTEND=noninteractive timeout 300 apt-get install -qy --no-install-recommends "${need[@]}"; } \
    >"$TC_HOME/apt.log" 2>&1 || { tail -20 "$TC_HOME/apt.log" >&2; [ -z "$made" ] || rm -f $pol; return 1; }
  [ -z "$made" ] || rm -f $pol
}

start_engine() {
  alive && return 0
  rm -f "$pidf" "$sock"
  grep -q ' /sys/fs/cgroup' /proc/mounts || { say 'no cgroup mounts'; return 1; }
  local driver=${TC_DRIVER:-}
  if [ -z "$driver" ]; then driver=overlay2; grep -qw overlay /proc/filesystems || modprobe overlay 2>/dev/null || driver=vfs; fi
  say "starting dockerd ($driver)"
  # iptables, forwarding and masquerading are off: containers get no way out of this machine, and the host's firewall is
  # left as it was. Published ports go through docker-proxy and are bound to 127.0.0.1 only.
  setsid timeout --signal=TERM --kill-after=30 "$TC_MAX_SECONDS" \
    dockerd --data-root "$TC_HOME/data" --exec-root "$TC_HOME/exec" --pidfile "$pidf" -H "unix://$sock" \
      --storage-driver "$driver" --iptables=false --ip6tables=false --ip-forward=false --ip-masq=false \
      --ip 127.0.0.1 --userland-proxy=true --userland-proxy-path "$(command -v docker-proxy)" \
      --log-driver json-file --log-opt max-size=5m --shutdown-timeout 5 \
      >"$TC_HOME/dockerd.log" 2>&1 </dev/null &
  for _ in $(seq 300); do alive && { say 'engine is up'; return 0; }; sleep 0.1; done
  say 'engine did not come up'; tail -20 "$TC_HOME/dockerd.log" >&2; return 1
}

make_image() {
  if docker image inspect "$TC_IMAGE" >/dev/null 2>&1; then return 0; fi
  local cache=$TC_HOME/image.tar pair suite ver
  if [ -s "$cache" ] && timeout 120 docker load -q -i "$cache" >/dev/null && docker image inspect "$TC_IMAGE" >/dev/null 2>&1; then
    say "image $TC_IMAGE loaded from $cache"; return 0; fi
  local archive=${TC_MIRROR:-$(mirror)}
  for pair in $TC_SUITES; do
    suite=${pair%%:*} ver=${pair##*:}
    say "building $TC_IMAGE from Debian $suite, PostgreSQL $ver"
    local b=$TC_HOME/build; rm -rf "$b"; mkdir -p "$b"
    if ! timeout 300 mmdebstrap --quiet --mode=root --variant=minbase --include="postgresql-$ver" \
        --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
        --essential-hook='mkdir -p "$1/etc/postgresql-common"; echo "create_main_cluster = false" >"$1/etc/postgresql-common/createcluster.conf"' \
        --customize-hook='rm -rf "$1"/usr/lib/x86_64-linux-gnu/libLLVM* "$1"/usr/lib/x86_64-linux-gnu/libz3.so* "$1"/usr/lib/postgresql/*/lib/llvmjit* "$1"/usr/lib/postgresql/*/lib/bitcode' \
        "$suite" "$b/rootfs.tar" "$archive" >"$TC_HOME/mmdebstrap.log" 2>&1; then
      say "  $suite failed: $(tail -1 "$TC_HOME/mmdebstrap.log")"; continue; fi
    docker import "$b/rootfs.tar" tc-postgres-rootfs:latest >/dev/null
    rm -f "$b/rootfs.tar"
    write_entrypoint "$b/docker-entrypoint.sh"
    cat >"$b/Dockerfile" <<DOCKER
FROM tc-postgres-rootfs:latest
ENV PATH=/usr/lib/postgresql/$ver/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 PG_MAJOR=$ver PGDATA=/var/lib/postgresql/data
COPY docker-entrypoint.sh /usr/local/bin/
VOLUME /var/lib/postgresql/data
STOPSIGNAL SIGINT
EXPOSE 5432
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["postgres"]
DOCKER
    docker build -q -t "$TC_IMAGE" "$b" >"$TC_HOME/build.log" 2>&1 || { cat "$TC_HOME/build.log" >&2; return 1; }
    docker save -o "$cache.new" "$TC_IMAGE" && mv "$cache.new" "$cache"
    rm -rf "$b"
    say "image $TC_IMAGE ready ($(docker image inspect -f '{{.Size}}' "$TC_IMAGE" | awk '{printf "%d MB", $1/1e6}'))"
    return 0
  done
  return 1
}

write_entrypoint() {
  cat >"$1" <<'ENTRY'
#!/bin/bash
# Small stand-in for the entrypoint of the official "postgres" image.
# Honours POSTGRES_{USER,PASSWORD,DB,INITDB_ARGS,HOST_AUTH_METHOD}[_FILE], PGDATA, /docker-entrypoint-initdb.d.
set -Eeuo pipefail
file_env() { local v=$1 f="${1}_FILE"; if [ -n "${!f:-}" ]; then export "$v"="$(cat "${!f}")"; fi; }
[ "${1:0:1}" = '-' ] && set -- postgres "$@"
[ "$1" = postgres ] || exec "$@"
for v in POSTGRES_USER POSTGRES_PASSWORD POSTGRES_DB POSTGRES_INITDB_ARGS; do file_env $v; done
: "${POSTGRES_USER:=postgres}" "${POSTGRES_DB:=$POSTGRES_USER}" "${POSTGRES_INITDB_ARGS:=}" "${PGDATA:=/var/lib/postgresql/data}"
export PGDATA
if [ "$(id -u)" = 0 ]; then
  mkdir -p "$PGDATA" /var/run/postgresql
  chown -R postgres:postgres "$PGDATA" /var/run/postgresql; chmod 700 "$PGDATA"
  exec setpriv --reuid=postgres --regid=postgres --init-groups --inh-caps=-all -- "$0" "$@"
fi
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  if [ -z "${POSTGRES_PASSWORD:-}" ] && [ "${POSTGRES_HOST_AUTH_METHOD:-}" != trust ]; then
    echo >&2 'Error: Database is uninitialized and superuser password is not specified.'; exit 1
  fi
  eval 'initdb --username="$POSTGRES_USER" --pwfile=<(printf "%s\n" "${POSTGRES_PASSWORD:-}") --encoding=UTF8 --locale=C.UTF-8 --no-sync --auth-local=trust --auth-host=trust '"$POSTGRES_INITDB_ARGS"
  method=${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256}
  printf '\nhost all all all %s\n' "$method" >> "$PGDATA/pg_hba.conf"
  # listen_addresses='' : the temporary server is not seen by "pg_isready --host localhost"
  pg_ctl -D "$PGDATA" -o "-c listen_addresses='' -p 5432" -w start
  psql=(psql -v ON_ERROR_STOP=1 --no-psqlrc --username "$POSTGRES_USER" --no-password)
  if [ "$POSTGRES_DB" != postgres ]; then
    "${psql[@]}" --dbname postgres --set db="$POSTGRES_DB" <<<'CREATE DATABASE :"db";'
  fi
  for f in /docker-entrypoint-initdb.d/*; do
    case "$f" in
      *.sh) if [ -x "$f" ]; then "$f"; else . "$f"; fi ;;
      *.sql) "${psql[@]}" --dbname "$POSTGRES_DB" -f "$f" ;;
      *.sql.gz) gunzip -c "$f" | "${psql[@]}" --dbname "$POSTGRES_DB" ;;
    esac
  done
  pg_ctl -D "$PGDATA" -m fast -w stop
  echo; echo 'PostgreSQL init process complete; ready for start up.'; echo
fi
exec "$@" -c listen_addresses='*'
ENTRY
  chmod 755 "$1"
}

up() {
  [ "$(id -u)" = 0 ] || { say 'must be root'; return 1; }
  mkdir -p "$TC_HOME"; exec 9>"$TC_HOME/lock"; flock -w 600 9
  install_pkgs && start_engine 9>&- && make_image
  local rc=$?; flock -u 9; exec 9>&-; return $rc
}

down() {
  local pid
  if alive; then
    docker ps -aq | xargs -r timeout 60 docker rm -f -v >/dev/null 2>&1 || true
    docker network prune -f >/dev/null 2>&1 || true
    docker volume prune -f >/dev/null 2>&1 || true
  fi
  if [ -s "$pidf" ]; then
    pid=$(cat "$pidf")
    if running "$pid" dockerd; then
      kill -TERM "$pid" 2>/dev/null || true
      for _ in $(seq 200); do running "$pid" dockerd || break; sleep 0.1; done
      if running "$pid" dockerd; then kill -KILL "$pid" 2>/dev/null || true; fi
    fi
  fi
  # containerd that dockerd started for itself ends with it; take what a crash would leave
  pid=$(cat "$TC_HOME/exec/containerd/containerd.pid" 2>/dev/null || true)
  if [ -n "$pid" ] && running "$pid" containerd; then kill -TERM "$pid" 2>/dev/null || true; fi
  awk -v h="$TC_HOME/" 'index($2,h)==1{print $2}' /proc/mounts | sort -r | xargs -r umount -l 2>/dev/null || true
  ip link del docker0 2>/dev/null || true
  rm -rf "$pidf" "$sock" "$TC_HOME/exec"
  say 'engine is down'
}

case "${1:-}" in
  up) up; for v in DOCKER_HOST DOCKER_API_VERSION TESTCONTAINERS_RYUK_DISABLED TESTCONTAINERS_HOST_OVERRIDE; do printf 'export %s=%q\n' $v "${!v}"; done ;;
  down) down ;;
  purge) down; rm -rf "$TC_HOME" ;;
  run) shift; child=
       trap 'down' EXIT
       trap '[ -z "$child" ] || kill -TERM "$child" 2>/dev/null; exit 143' TERM HUP INT
       up
       timeout --signal=TERM --kill-after=30 "$TC_MAX_SECONDS" "$@" & child=$!
       rc=0; wait "$child" || rc=$?; child=; exit $rc ;;
  *) sed -n '2,11p' "${BASH_SOURCE[0]}" >&2; exit 2 ;;
esac
