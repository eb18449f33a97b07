#!/bin/bash
# Runs a command on a stock Debian kernel (one that has kprobes) in qemu, by software emulation.
#
#   run-in-vm.sh [-k KERNEL] [-m MEM_MB] [-s SHARED_DIR] [-t SECONDS] [-c CPUS] COMMAND [ARG...]
#
# One argument is a shell line (bash -c), several are a program and its arguments. It runs as root, in the caller's folder, with
# the caller's environment and VM_GUEST=1. The guest sees this machine's whole root file system, read-only below a RAM overlay:
# what it writes is lost, except under SHARED_DIR ($VM_SHARE in the guest), a folder of the host. Network: the guest's own lo.
# Exit status: the command's; 124 out of time, 125 the VM itself failed.
#   KERNEL    5.10 | 6.1 (default) | 6.12 | 7: Debian's cloud kernels; N-full: all drivers; or a folder with boot/vmlinuz-* and
#             lib/modules/*
#   VM_CACHE  keeps qemu, kernels and initramfs images (default ~/.cache/run-in-vm; about 70 MB each); VM_LOG: the guest's kernel log
# Needs root and apt; installs qemu-system-x86, busybox-static, cpio, kmod if absent, and unpacks the rest into VM_CACHE.
set -u
KERNEL=${VM_KERNEL:-6.1}; MEM=${VM_MEM:-4096}; SHARE=${VM_SHARE:-}; LIMIT=${VM_TIMEOUT:-120}; CPUS=${VM_CPUS:-2}
while getopts k:m:s:t:c: o; do case $o in k) KERNEL=$OPTARG;; m) MEM=$OPTARG;; s) SHARE=$OPTARG;; t) LIMIT=$OPTARG;; c) CPUS=$OPTARG;; *) exit 125;; esac; done
shift $((OPTIND-1)); [ $# -gt 0 ] || { sed -n 2,14p "$0" >&2; exit 125; }
CACHE=${VM_CACHE:-$HOME/.cache/run-in-vm}; mkdir -p "$CACHE" && CACHE=$(readlink -f "$CACHE")
die(){ echo "run-in-vm: $*" >&2; exit 125; }
lock(){ exec 9>"$CACHE/.lock"; flock 9; }; unlock(){ exec 9>&-; }

# unpack DIR SUITES META PKG... : download Debian packages of another suite and only unpack them (nothing is installed);
# META=yes: PKG is a kernel meta package, take the image it depends on (and, from 7.x on, its binary and modules packages)
unpack(){ local d=$1 suites=$2 meta=$3; shift 3; ( set -e; rm -rf "$d"; mkdir -p "$d/apt/lists/partial" "$d/apt/cache/archives/partial"; cd "$d"; : >apt/status
  for s in $suites; do r=bookworm; case $s in *-security) r=bookworm-security;; esac   # the mirror this machine is set up with
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $(apt-get indextargets --format '$(RELEASE) $(REPO_URI)' | awk -v r=$r '$1==r{print $2;exit}') $s main"; done >apt/s.list
  O="-qq -o Dir::Etc::sourcelist=$d/apt/s.list -o Dir::Etc::sourceparts=/dev/null -o Dir::State::lists=$d/apt/lists -o Dir::State::status=$d/apt/status -o Dir::Cache=$d/apt/cache -o Debug::NoLocking=1 -o APT::Sandbox::User=root -o Acquire::Retries=3"
  apt-get $O update; if [ "$meta" = yes ]; then p=$(apt-cache $O depends "$1" | awk '/ Depends: linux-image-/{print $2;exit}'); set -- "$p" $(apt-cache $O depends "$p" | awk '/ Depends: linux-(binary|modules)-/{print $2}'); fi
  apt-get $O download "$@"; for f in ./*.deb; do dpkg-deb -x "$f" .; done; rm -rf ./*.deb apt ) >&2; }

lock
# 1. tools. qemu 7.2 of bookworm miscompiles 6.12 guests (11 of 25 boots crashed); 10.0 of bookworm-backports does not (0 of 20). It needs no
#    library that 7.2 does not, so 7.2 is installed for its libraries and its C virtiofsd, and 10.0 is unpacked beside it.
need=(); command -v qemu-system-x86_64 >/dev/null || need+=(qemu-system-x86); [ -x /usr/lib/qemu/virtiofsd ] || need+=(qemu-system-common)
[ -x /bin/busybox ] || need+=(busybox-static); command -v cpio >/dev/null || need+=(cpio); command -v xz >/dev/null || need+=(xz-utils); command -v depmod >/dev/null || need+=(kmod)
[ ${#need[@]} = 0 ] || apt-get -o DPkg::Lock::Timeout=600 -qq -y --no-install-recommends install "${need[@]}" >&2 || die "apt-get install ${need[*]}"
Q=$CACHE/qemu; [ -e "$Q/.ok" ] || { unpack "$Q" bookworm-backports no qemu-system-x86 qemu-system-common qemu-system-data seabios && touch "$Q/.ok"; } || die "no qemu from bookworm-backports"
# 2. the kernel
if [ -d "$KERNEL" ]; then K=$(readlink -f "$KERNEL"); else
  K=$CACHE/k-$KERNEL; f=cloud-; v=$KERNEL; case $v in *-full) f=; v=${v%-full};; esac
  case $v in 5.10) s=bullseye;; 6.1) s="bookworm bookworm-security";; 6.12) s=bookworm-backports;; 7) s=trixie-backports;; *) die "unknown kernel $KERNEL";; esac
  [ -e "$K/.ok" ] || { unpack "$K" "$s" yes linux-image-${f}amd64 && touch "$K/.ok"; } || die "no kernel $KERNEL"
  [ -d "$K/lib/modules" ] || { mkdir -p "$K/lib"; ln -s ../usr/lib/modules "$K/lib/modules"; }
  ls "$K"/boot/vmlinuz-* >/dev/null 2>&1 || { mkdir -p "$K/boot"; cp "$K"/lib/modules/*/vmlinuz "$K/boot/vmlinuz-$v"; }
fi
VML=$(ls "$K"/boot/vmlinuz-* | head -1); REL=$(ls "$K/lib/modules" | head -1); MODS=$(readlink -f "$K/lib/modules/$REL"); [ -f "$VML" ] && [ -n "$REL" ] || die "no kernel in $K"
# 3. a small initramfs: busybox + the few modules needed to mount the host's root
IRD=$CACHE/initrd-$REL-v8.cpio
if [ ! -e "$IRD" ]; then
  T=$(mktemp -d); mkdir -p "$T"/{bin,proc,sys,dev,m,host,ov,root}; cp /bin/busybox "$T/bin/"; for a in sh mount insmod mkdir chroot ln cat poweroff ip sync echo; do ln -s busybox "$T/bin/$a"; done
  n=10; [ -e "$MODS/modules.dep" ] || depmod -b "$K" "$REL" 2>/dev/null
  for m in virtio_pci virtio_console virtiofs overlay virtio-rng; do
    p=$(find "$MODS/" -name "$m.ko*" | head -1); [ -n "$p" ] || continue; p=${p#"$MODS"/}; p=${p#/}
    for d in $(sed -n "s|^$p:||p" "$MODS/modules.dep" | tr ' ' '\n' | tac) "$p"; do
      b=$(basename "$d"); b=${b%.xz}; [ -e "$T/m/.$b" ] && continue; case $d in *.xz) xz -dc "$MODS/$d" >"$T/m/$n-$b";; *) cp "$MODS/$d" "$T/m/$n-$b";; esac; : >"$T/m/.$b"; n=$((n+1)); done; done
  cat >"$T/init" <<'I'
#!/bin/sh
export PATH=/bin
mount -t proc proc /proc; mount -t sysfs sys /sys; mount -t devtmpfs dev /dev
for m in /m/*.ko; do insmod $m; done
for w in $(cat /proc/cmdline); do case $w in vm.*) export "${w#vm.}";; esac; done   # run, share, mods, rel
mount -t virtiofs host /host || { echo "no virtiofs"; poweroff -f; }
mount -t tmpfs -o size=75% ov /ov; mkdir /ov/u /ov/w
mount -t overlay -o lowerdir=/host,upperdir=/ov/u,workdir=/ov/w root /root
mount -t proc proc /root/proc; mount -t sysfs sys /root/sys; mount --bind /dev /root/dev
mkdir -p /root/dev/pts /root/dev/shm; mount -t devpts pts /root/dev/pts; mount -t tmpfs shm /root/dev/shm; mount -t tmpfs t /root/run; mkdir -p /root/run/lock /root/run/netns
ln -s /proc/self/fd /dev/fd; ln -s /proc/self/fd/0 /dev/stdin; ln -s /proc/self/fd/1 /dev/stdout; ln -s /proc/self/fd/2 /dev/stderr
mount -t cgroup2 cg /root/sys/fs/cgroup; mount -t tracefs tr /root/sys/kernel/tracing; mount -t debugfs db /root/sys/kernel/debug; mount -t bpf bpf /root/sys/fs/bpf; mount -t securityfs s /root/sys/kernel/security
mkdir -p /root/lib/modules/$rel; mount --bind /host$mods /root/lib/modules/$rel
for d in $run $share; do mkdir -p /root$d; mount --bind /host$d /root$d; done
ip link set lo up; echo vm >/proc/sys/kernel/hostname
P=; for p in /dev/vport*p1; do [ -e $p ] && P=$p; done
# virtiofsd keeps one descriptor per file the guest has cached, and may have only 20000 (no CAP_SYS_RESOURCE here): drop caches in time
export P run; exec chroot /root /bin/bash -c 'while read n _ </proc/sys/fs/inode-nr; do [ $n -lt 12000 ] || echo 2 >/proc/sys/vm/drop_caches; sleep .5; done & /bin/bash $run/cmd >$P 2>&1 </dev/null; echo $? >$run/rc; sync; exec /bin/busybox poweroff -f'
I
  chmod +x "$T/init"; (cd "$T" && find . | cpio -o -H newc --quiet) >"$IRD.$$" && mv "$IRD.$$" "$IRD"; rm -rf "$T"
fi
unlock
# 4. the command, with this shell's folder and environment
RUN=$(mktemp -d "$CACHE/run.XXXXXX"); SHARE=${SHARE:-$RUN/share}; mkdir -p "$SHARE"; SHARE=$(readlink -f "$SHARE")
{ export -p | grep -vE '^declare -x (_|SHLVL|PWD|OLDPWD|BASH_[A-Z_]*|VM_[A-Z]*)='; echo "export VM_GUEST=1 VM_SHARE='$SHARE' TMPDIR=/tmp"; echo "cd $(printf %q "$PWD") 2>/dev/null || cd /"
  if [ $# = 1 ]; then echo "exec bash -c $(printf %q "$1")"; else printf 'exec'; printf ' %q' "$@"; echo; fi; } >"$RUN/cmd"
LOG=${VM_LOG:-$RUN/console.log}; QPID=; VPID=; CPID=
cleanup(){ for p in $QPID $VPID $CPID; do kill $p 2>/dev/null; done; if [ "$SHARE" = "$RUN/share" ] && [ -n "$(ls -A "$SHARE" 2>/dev/null)" ]; then echo "run-in-vm: shared files kept in $SHARE" >&2; else rm -rf "$RUN"; fi; }
trap cleanup EXIT; trap 'exit 130' INT TERM
/usr/lib/qemu/virtiofsd --socket-path="$RUN/fs.sock" -o source=/ -o cache=always -o sandbox=chroot -o log_level=err -o no_posix_lock -f >"$RUN/virtiofsd.log" 2>&1 & VPID=$!
for i in $(seq 50); do [ -S "$RUN/fs.sock" ] && break; sleep .1; done; [ -S "$RUN/fs.sock" ] || die "virtiofsd: $(cat "$RUN/virtiofsd.log")"
mkfifo "$RUN/out"; cat "$RUN/out" & CPID=$!
timeout --foreground -k 5 "$LIMIT" "$Q/usr/bin/qemu-system-x86_64" -L "$Q/usr/share/qemu" -L "$Q/usr/share/seabios" -M q35,usb=off,smbus=off,sata=off,memory-backend=mem \
  -accel tcg,thread=multi,tb-size=1024 -cpu max,la57=off -smp "$CPUS" -m "$MEM" -object memory-backend-memfd,id=mem,size="${MEM}M",share=on -nodefaults -no-user-config -display none -no-reboot -nic none \
  -kernel "$VML" -initrd "$IRD" -append "console=ttyS0 quiet panic=-1 mitigations=off nokaslr audit=0 nowatchdog random.trust_cpu=on rcupdate.rcu_expedited=1 tsc=reliable lsm=bpf vm.run=$RUN vm.share=$SHARE vm.mods=$MODS vm.rel=$REL" \
  -serial "file:$LOG" -chardev socket,id=fs,path="$RUN/fs.sock" -device vhost-user-fs-pci,chardev=fs,tag=host,queue-size=1024 \
  -device virtio-serial-pci -chardev "file,id=o,path=$RUN/out,append=on" -device virtserialport,chardev=o,name=out -device virtio-rng-pci </dev/null 2>"$RUN/qemu.log" & QPID=$!
wait $QPID; q=$?; QPID=; for i in $(seq 30); do kill -0 $CPID 2>/dev/null || break; sleep .1; done
if grep -qaE "Oops|BUG:|Kernel panic" "$LOG" 2>/dev/null; then echo "run-in-vm: the guest kernel complained:" >&2; grep -aE -A12 "Oops|BUG:|Kernel panic" "$LOG" | head -40 >&2; fi
[ -s "$RUN/rc" ] && exit "$(cat "$RUN/rc")"
if [ $q = 124 ] || [ $q = 137 ]; then echo "run-in-vm: no end within $LIMIT s" >&2; tail -5 "$LOG" >&2; exit 124; fi
echo "run-in-vm: the VM ended without a status (qemu: $q $(head -c 500 "$RUN/qemu.log"))" >&2; tail -20 "$LOG" >&2; exit 125
