# SPDX-License-Identifier: BSD-2-Clause
# Packages of Debian releases and architectures that this machine does not run, fetched and verified
# by apt with a state folder of its own. The machine's package configuration is only read.
# shellcheck shell=bash

# alone COMMAND...: runs it when nobody else on this machine fills the cache.
alone() {
  if [[ -n ${cache_is_ours-} ]]; then
    "$@"
    return
  fi
  mkdir -p "$cache"
  (
    flock 9
    cache_is_ours=yes
    "$@"
  ) 9>"$cache/lock"
}

# debian_mirror: the address of the Debian archive that this machine uses.
debian_mirror() {
  local found
  if [[ -n ${SERAI_DEBIAN_MIRROR-} ]]; then
    printf '%s\n' "$SERAI_DEBIAN_MIRROR"
    return
  fi
  found=$(apt-get update --print-uris 2>/dev/null |
    sed -nE "s|^'([^']*)/dists/bookworm/InRelease'.*|\1|p" | head -n 1)
  [[ -n $found ]] || die "no Debian 12 archive in this machine's apt sources" \
    "name one: SERAI_DEBIAN_MIRROR=ADDRESS ./dev ..."
  printf '%s\n' "$found"
}

# apt_folder RELEASE ARCHITECTURE: makes the state folder and prints its name.
apt_folder() {
  local release=$1 architecture=$2 folder=$cache/apt/$1-$2 mirror
  mkdir -p "$folder"/{state/lists/partial,archives/partial,none}
  [[ -e $folder/status ]] || : >"$folder/status"
  if [[ ! -s $folder/sources.list ]]; then
    mirror=$(debian_mirror) || return
    printf 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s %s main\n' \
      "$mirror" "$release" >"$folder/sources.list.new"
    mv "$folder/sources.list.new" "$folder/sources.list"
  fi
  cat >"$folder/apt.conf" <<END
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear APT::Update::Pre-Invoke;
#clear Acquire::IndexTargets::deb::DEP-11;
#clear Acquire::IndexTargets::deb::Contents-deb;
APT::Architecture "$architecture";
APT::Architectures { "$architecture"; };
APT::Sandbox::User "root";
APT::Install-Recommends "false";
Acquire::Languages "none";
Acquire::Retries "3";
Dir::Etc::sourcelist "$folder/sources.list";
Dir::Etc::sourceparts "$folder/none";
Dir::Etc::preferences "$folder/none/preferences";
Dir::Etc::preferencesparts "$folder/none";
Dir::State "$folder/state";
Dir::State::status "$folder/status";
Dir::Cache "$folder";
Dir::Cache::archives "$folder/archives";
END
  printf '%s\n' "$folder"
}

# apt_lists RELEASE ARCHITECTURE: the release's package lists, fetched once.
apt_lists() {
  local folder
  folder=$(apt_folder "$1" "$2") || return
  [[ -e $folder/fresh ]] && return
  step "fetching the package lists of Debian $1 ($2)"
  quietly "$folder/update.log" apt-get -c "$folder/apt.conf" update --error-on=any || return
  : >"$folder/fresh"
}

# apt_renew_lists RELEASE ARCHITECTURE: once more, for lists that name what the archive no longer has.
apt_renew_lists() {
  rm -f "$cache/apt/$1-$2/fresh"
  apt_lists "$1" "$2"
}

# apt_show RELEASE ARCHITECTURE PACKAGE: the package's description, newest version first.
apt_show() {
  local folder
  folder=$(apt_folder "$1" "$2") || return
  apt-cache -c "$folder/apt.conf" show --no-all-versions "$3"
}

# apt_fetch RELEASE ARCHITECTURE PACKAGE DESTINATION: downloads a package file, verified by apt.
apt_fetch() {
  local folder work size
  folder=$(apt_folder "$1" "$2") || return
  size=$(apt_show "$1" "$2" "$3" | awk '$1 == "Size:" { printf "%.0f MB", $2 / 1e6; exit }')
  step "fetching $3 of Debian $1 ($size)"
  work=$(mktemp -d "$folder/fetch.XXXXXX")
  apt_download "$folder" "$work" "$3" || {
    rm -rf "$work"
    return 1
  }
  mv "$work"/*.deb "$4"
  rm -rf "$work"
}

# apt_download FOLDER INTO PACKAGE...
apt_download() {
  local folder=$1 into=$2
  shift 2
  (cd "$into" && quietly "$folder/download.log" apt-get -c "$folder/apt.conf" download "$@")
}
