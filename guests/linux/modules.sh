# SPDX-License-Identifier: BSD-2-Clause
# The modules of Debian's kernels that guests with virtual devices need. They come from the package
# that the kernel itself comes from, and a module fits that one kernel only.
# shellcheck shell=bash

# What is kept, with all it depends on. A kernel that has one built in, or does not know it at all,
# has it not as a module: then there is nothing to keep.
guest_modules=(
  virtio_mmio virtio_pci
  virtio_blk virtio_net virtio_console virtio_rng vmw_vsock_virtio_transport 9pnet_virtio virtiofs
  ext4 crc32c_generic 9p 8021q vsock_diag vsock_loopback
)

# What a folder of modules was made of: with another text, it is made again.
modules_made_of() { printf '%s\n' "1 ${guest_modules[*]}"; }

# guest_release NAME: what `uname -r` says on this guest.
guest_release() { sed -nE 's/^Package: linux-image-([^ ]*)$/\1/p' "$cache/guests/$1/version"; }

# wanted_modules DEPENDENCIES: the files of guest_modules, by the kernel's own list of who needs whom.
wanted_modules() {
  awk -v wanted="${guest_modules[*]}" '
    BEGIN { split(wanted, names, " "); for (i in names) want[names[i]] = 1 }
    {
      file = $1
      sub(/:$/, "", file)
      name = file
      sub(/.*\//, "", name)
      sub(/\.ko.*/, "", name)
      gsub(/-/, "_", name)
      if (!(name in want)) next
      print file
      for (i = 2; i <= NF; i++) print $i
    }' "$1" | LC_ALL=C sort -u
}

# keep_modules PACKAGE NAME: leaves guests/NAME/modules/RELEASE in the cache, as depmod leaves it.
keep_modules() {
  local folder=$cache/guests/$2 release work all kept
  release=$(guest_release "$2")
  work=$(mktemp -d "$folder/modules.XXXXXX")
  all=$work/all/lib/modules/$release kept=$work/kept/lib/modules/$release
  mkdir -p "$all" "$kept"
  # Older packages have /lib, newer ones /usr/lib.
  dpkg-deb --fsys-tarfile "$1" |
    tar -x -C "$all" --wildcards --transform="s|^.*lib/modules/$release/||" "./*lib/modules/$release/*" &&
    depmod --basedir "$work/all" "$release" 2>"$work/depmod.log" &&
    wanted_modules "$all/modules.dep" | tar -c -C "$all" --files-from=- modules.builtin modules.builtin.modinfo modules.order |
    tar -x -C "$kept" &&
    find "$kept" -name '*.ko.xz' -exec xz --decompress {} + &&
    depmod --basedir "$work/kept" "$release" 2>"$work/depmod.log" || {
    cat "$work/depmod.log" >&2
    rm -rf "$work"
    return 1
  }
  rm -rf "$folder/modules"
  mv "$work/kept/lib/modules" "$folder/modules"
  rm -rf "$work"
  modules_made_of >"$folder/modules.made-of"
}

# have_modules NAME: are they there, and those that are wanted today?
have_modules() {
  [[ $(cat "$cache/guests/$1/modules.made-of" 2>/dev/null) == "$(modules_made_of)" ]] &&
    [[ -s $cache/guests/$1/modules/$(guest_release "$1")/modules.dep ]]
}
