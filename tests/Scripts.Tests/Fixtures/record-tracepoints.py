"""Records rows of the tables that the library's tracing programs fill: runs each program with bpftrace under a load.

Changes the network, mounts and control groups of the machine, so it runs in a virtual one, from the top of the tree:

    tests/vm/run-in-vm.sh -k 6.12 -t 600 -s tests/Scripts.Tests/Fixtures/Tracepoints \
        /usr/bin/python3 tests/Scripts.Tests/Fixtures/record-tracepoints.py [TABLE...]
"""
import glob, inspect, itertools, json, mmap, os, re, signal, socket, subprocess, sys, threading, time
from unittest.mock import MagicMock

MAX_ROWS = 12
CART1, CART2 = "10.1.0.11", "10.1.0.21"  # addresses of pods of the tests; lo has them, too
PORT = 8080


def sh(text):
    return subprocess.run(["/bin/sh", "-c", text], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)


def need(text):
    done = sh("set -e; " + text)
    if done.returncode:
        sys.exit(f"{text}: {done.stderr}")


def talk(address, peer, messages):
    """Sends and echoes messages of growing length over one connection."""
    family = socket.AF_INET6 if ":" in peer else socket.AF_INET
    listener = socket.create_server((peer, PORT), family=family)

    def echo():
        connection = listener.accept()[0]
        with connection:
            while data := connection.recv(65536):
                connection.sendall(data + data)

    server = threading.Thread(target=echo, daemon=True)
    server.start()
    with socket.create_connection((peer, PORT), source_address=(address, 0)) as client:
        for n in range(messages):
            client.sendall(b"x" * (100 + n))
            client.recv(65536)
    server.join()
    listener.close()


def on_lossy_network(act):
    need("modprobe sch_netem; tc qdisc add dev lo root netem loss 30%")
    act()
    need("tc qdisc del dev lo root")


# Loads, by the table that they fill, with what tells their lines from those of the rest of the machine.

def cap_capable_table():
    """chown, mknod, nice, and hostname, by root and by nobody"""
    tasks = "chown 1:1 /tmp/c; mknod /tmp/n c 1 3; nice -n -5 true; hostname vm; rm -f /tmp/n"
    sh(f"touch /tmp/c; {tasks}; setpriv --reuid 65534 /bin/sh -c '{tasks}'")


def dc_snoop_table():
    """cat of a file that exists, and of two that do not, each twice"""
    sh("cd /usr/share; cat /etc/hostname /etc/nope doc/nope; cat /etc/hostname /etc/nope doc/nope")


def exec_table():
    """a shell that starts four programs, one of which starts another"""
    sh("uname -r; ls /; env -i /usr/bin/id -u; cat /etc/hostname")


def md_flush_table():
    """fsync of files on ext4 on a mirror of two loop devices"""
    sh("cd /mnt; for i in 1 2 3; do dd if=/dev/zero of=f$i bs=4k count=1 conv=fsync; done; sync")


def nap_time_table():
    """sleep, sleep of perl, and the system call nanosleep itself"""
    sh("sleep 0.01; perl -e 'sleep 1; $t = pack(q(qq), 0, 1000); syscall(35, $t, 0)'")


def oom_kill_table():
    """three programs that want more than the 20 MB of their control group"""
    grow = "/usr/bin/python3 -c 'b = bytearray(40 << 20)'"
    for command in (grow, "dd if=/dev/zero of=/dev/null bs=60M count=1", "perl -e '$b = q(x) x (50 << 20)'"):
        sh(f"echo $$ > /sys/fs/cgroup/small/cgroup.procs; {command}; true")


def sock_sendmsg_table():
    """four messages and their echoes over IPv4, two over IPv6"""
    talk(CART1, CART2, 4)
    talk("::1", "::1", 2)


sock_recvmsg_table = sock_sendmsg_table


def sync_snoop_table():
    """sync, sync of a file system, dd with fsync and fdatasync, msync, sync_file_range"""
    sh("sync; sync -f /tmp; dd if=/etc/passwd of=/tmp/a conv=fsync; dd if=/etc/passwd of=/tmp/b conv=fdatasync")
    with open("/tmp/a", "r+b") as file:
        mmap.mmap(file.fileno(), 0).flush()
    sh("perl -e 'open F, q(+</tmp/a); syscall(277, fileno F, 0, 100, 2)'")


def tcp_drop_table():
    """20 datagrams, and a connection that sends 12 messages, over a network that loses three in ten packets"""
    def act():
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams:
            for _ in range(20):
                datagrams.sendto(b"x", (CART2, 9))
        talk(CART1, CART2, 12)
    on_lossy_network(act)


def tcp_retransmissions():
    """a connection that sends 12 messages over a network that loses three in ten packets"""
    on_lossy_network(lambda: talk(CART1, CART2, 12))


def vfs_table():
    """a shell that writes and deletes files in /tmp and below"""
    sh("mkdir -p /tmp/deep; for f in /tmp/one /tmp/two /tmp/deep/three; do echo 1 > $f; rm $f; done")


OF_LOAD = {
    "cap_capable_table": "comm:(chown|mknod|nice|hostname) ",
    "dc_snoop_table": "comm:cat .*file:(etc|doc|hostname|nope)$",
    "exec_table": "^(?!.*/bin/sleep)",  # of the virtual machine itself
    "md_flush_table": "device:md",
    "nap_time_table": "pcomm:(?!bash)",
    "sock_sendmsg_table": f"port:{PORT} ", "sock_recvmsg_table": f"port:{PORT} ", "vfs_table": r"d[12]:tmp\b",
}


def small_control_group():
    need("mkdir /sys/fs/cgroup/small; echo +memory > /sys/fs/cgroup/cgroup.subtree_control")
    need("echo 20M > /sys/fs/cgroup/small/memory.max")


def mirror():
    need("modprobe loop; modprobe raid1")
    need("for i in 0 1; do truncate -s 16M /run/disk$i; losetup /dev/loop$i /run/disk$i; done")
    need("echo md_pods > /sys/module/md_mod/parameters/new_array; cd /sys/block/md_pods/md;"
         "echo none > metadata_version; echo raid1 > level; echo 2 > raid_disks; echo 16384 > component_size;"
         "for i in 0 1; do echo 7:$i > new_dev; echo 16384 > dev-loop$i/size; echo $i > dev-loop$i/slot; done;"
         "echo active > array_state; mkfs.ext4 -q /dev/md_pods; mount /dev/md_pods /mnt")


SET_UP = {"md_flush_table": mirror, "oom_kill_table": small_control_group}


def programs():
    """Text of the program of each table, for this kernel, as the scripts themselves give it (PxL is Python here)."""
    release = version(os.uname().release)
    texts = {}

    def upsert(_, table, program, *__):
        alternatives = program if isinstance(program, list) else [(program, (0, 0), (99, 0))]
        texts[table], = (text for text, first, last in alternatives if first <= release <= last)

    px = sys.modules["px"] = MagicMock()
    pxtrace = sys.modules["pxtrace"] = MagicMock(UpsertTracepoint=upsert)
    pxtrace.TraceProgram = lambda text, min_kernel="0.0", max_kernel="99.0": (
        text, version(min_kernel), version(max_kernel))
    for path in sorted(glob.glob("scripts/*/*/*.pxl")):
        text = open(path).read()
        if "UpsertTracepoint(" in text:
            names = {}
            exec(compile(text, path, "exec"), names)
            for name, function in names.items():
                if name.endswith("_func"):
                    function(*(px for _ in inspect.signature(function).parameters))
    return texts


def version(release):
    return tuple(int(part) for part in re.findall(r"\d+", release)[:2])


def record(table, program):
    SET_UP.get(table, lambda: None)()
    # bpftrace tells of the probes before they are attached; ticks come after.
    tracer = subprocess.Popen(
        ["bpftrace", "-f", "json", "-B", "line", "-e", program + '\ninterval:s:1 { printf("tick"); }'],
        stdout=subprocess.PIPE, text=True, errors="replace")
    if sum(1 for _ in itertools.islice((line for line in tracer.stdout if '"tick"' in line), 2)) < 2:
        print(f"{table}: the program does not attach")
        return
    printed = []
    reader = threading.Thread(target=lambda: printed.extend(tracer.stdout))
    reader.start()
    load = globals()[table]
    load()
    time.sleep(1)  # the tracer reads its ring
    tracer.send_signal(signal.SIGINT)
    tracer.wait(60)
    reader.join()
    rows = [event["data"] for event in map(json.loads, filter(str.strip, printed)) if event["type"] == "printf"]
    rows = [row for row in rows if row != "tick" and re.search(OF_LOAD.get(table, ""), row)]
    print(f"{table}: {len(rows)} rows")
    with open(os.path.join(os.environ["VM_SHARE"], table + ".txt"), "w") as file:
        bpftrace = subprocess.run(["bpftrace", "--version"], capture_output=True, text=True).stdout.strip()
        file.write(f"# Linux {os.uname().release}, {bpftrace}. Load: {load.__doc__}.\n")
        file.writelines(row + "\n" for row in rows[:MAX_ROWS])


need(f"ip link set lo up; ip addr add {CART1}/32 dev lo; ip addr add {CART2}/32 dev lo")
for name, text in programs().items():
    if name in sys.argv[1:] or not sys.argv[1:]:
        record(name, text)
