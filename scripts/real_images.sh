#!/usr/bin/env bash
# Build real Debian images out of the distribution's packages, and write down what Debian's own tools say of them.
#
#     scripts/real_images.sh DIR
#
# It needs root, Debian, `mmdebstrap` and `umoci`, and takes a minute or two. Packages come from the servers that the
# apt of this machine is set up for, and the release is this machine's. In DIR there are then:
#
#     oci/             an OCI layout with `old` (the release as it last came out) and `new` (with what has been published
#                      since); each has two layers, as an image of Python has: Debian, and Python with what it needs
#     servers.tsv      a mirror's name in Dockwright's configuration, and its URL
#     NAME.packages    what `dpkg-query --show` says in the image: package, version, architecture, source, its version
#     NAME.upgrades    what `apt-get --simulate dist-upgrade` says in the image, of all that the machine's apt takes
#     NAME.security    likewise, of the release itself and of what is published for security
#
# What Debian publishes changes every day, so nothing here has fixed versions.
set -Eeuo pipefail

dir=${1:?"a folder to build in"}
mkdir -p "$dir"
dir=$(cd "$dir" && pwd)
log=$dir/log
codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
added=(python3 openssl ca-certificates curl)

trap 'echo "real_images.sh: line $LINENO failed; the end of $log:" >&2; tail -n 20 "$log" >&2' ERR

quietly() { "$@" >>"$log" 2>&1; }

# Print the servers that apt takes a suite of Debian's own from, as lines of sources.list(5).
sources() { # suite...
  local uri suite component
  # shellcheck disable=SC2016 # apt's own variables
  apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT) $(LABEL)' 'Created-By: Packages' |
    sed -nE 's/ Debian(-Security)?$//p' | sort -u | while read -r uri suite component; do
      case " $* " in *" $suite "*) echo "deb $uri $suite $component" ;; esac
    done
}

# Run apt in an image.
apt() { # folder arguments...
  quietly chroot "$1" env DEBIAN_FRONTEND=noninteractive apt-get --quiet --yes --no-install-recommends "${@:2}"
}

# Lend an image what its apt needs of this machine.
lend() { # folder
  mkdir -p "$1/dev"
  mknod -m 666 "$1/dev/null" c 1 3
  cp /etc/resolv.conf "$1/etc/resolv.conf"
  apt-config dump | grep -E '^Acquire::https?::' >"$1/etc/apt/apt.conf.d/99lent" || true
}

# Take it back, and what apt leaves behind, so that the image is as its makers would ship it.
take_back() { # folder
  rm -rf "$1/dev/null" "$1/etc/apt/apt.conf.d/99lent" "$1"/var/lib/apt/lists/* "$1"/var/cache/apt/*.bin "$1"/var/log/apt
  find "$1/usr/share/doc" \( -type f ! -name copyright -o -type l \) -delete
  rm -rf "$1"/usr/share/{man,info,locale,lintian}/* "$1"/var/log/*.log
}

seal() { # image what
  quietly umoci repack --image "$dir/oci:$1" --history.created_by "$2" "$dir/$1"
  quietly umoci unpack --image "$dir/oci:$1" "$dir/$1.next"
  rm -rf "${dir:?}/$1"
  mv "$dir/$1.next" "$dir/$1"
}

build() { # image suite...
  local root=$dir/$1/rootfs
  quietly umoci new --image "$dir/oci:$1"
  quietly umoci unpack --image "$dir/oci:$1" "$dir/$1"
  tar --extract --preserve-permissions --file "$dir/base.tar" --directory "$root" --exclude './dev/*'
  sources "${@:2}" >"$root/etc/apt/sources.list"
  lend "$root"
  apt "$root" update
  apt "$root" upgrade
  apt "$root" clean
  take_back "$root"
  seal "$1" "debian $codename"
  lend "$root"
  apt "$root" update
  apt "$root" install "${added[@]}"
  apt "$root" clean
  take_back "$root"
  seal "$1" "apt-get install ${added[*]}"
}

# Write down what Debian's tools say of an image that is sealed.
record() { # image
  local root=$dir/$1/rootfs
  # shellcheck disable=SC2016 # dpkg's own variables
  chroot "$root" dpkg-query --show \
    --showformat '${Package}\t${Version}\t${Architecture}\t${source:Package}\t${source:Version}\n' >"$dir/$1.packages"
  lend "$root"
  sources "$codename" "$codename-security" >"$root/etc/apt/security.list"
  sources "$codename" "$codename-updates" "$codename-security" >"$root/etc/apt/sources.list"
  apt "$root" update
  chroot "$root" apt-get --simulate dist-upgrade >"$dir/$1.upgrades" 2>>"$log"
  chroot "$root" apt-get --simulate --option Dir::Etc::SourceList=/etc/apt/security.list dist-upgrade \
    >"$dir/$1.security" 2>>"$log"
}

: >"$log"
rm -rf "$dir"/oci "$dir"/old "$dir"/new
sources "$codename" | awk '{ print "debian\t" $2 }' | sort -u >"$dir/servers.tsv"
sources "$codename-security" | awk '{ print "debian-security\t" $2 }' | sort -u >>"$dir/servers.tsv"
[ "$(wc -l <"$dir/servers.tsv")" -ge 2 ] || {
  echo "real_images.sh: apt is not set up for $codename and $codename-security, or \`apt-get update\` has not run" >&2
  exit 1
}
if [ ! -s "$dir/base.tar" ]; then
  mapfile -t base < <(sources "$codename")
  quietly mmdebstrap --variant=minbase --dpkgopt=force-unsafe-io --aptopt='Acquire::Languages "none"' \
    "$codename" "$dir/base.part.tar" "${base[@]}"
  mv "$dir/base.part.tar" "$dir/base.tar"
fi
quietly umoci init --layout "$dir/oci"
build old "$codename"
build new "$codename" "$codename-updates" "$codename-security"
record old
record new
quietly umoci gc --layout "$dir/oci"
rm -rf "$dir/old" "$dir/new"
wc -l "$dir"/*.packages "$dir/servers.tsv"
