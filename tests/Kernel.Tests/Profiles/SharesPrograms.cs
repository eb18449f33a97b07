using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.Kernel.Tests.Profiles;

/// <summary>
/// The same program in several languages: rounds of 60 ms in heavy, 30 in medium, 10 in light, by the process' CPU
/// time, each through outer.
/// </summary>
internal static class SharesPrograms
{
    private const string C = """
        #include <time.h>
        #define KEPT __attribute__((noinline))
        static volatile unsigned long x;
        static double now(void)
        {
            struct timespec t;
            clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
            return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
        }
        KEPT void turn(void) { for (int i = 0; i < 60000; i++) x += i * i; }
        KEPT void heavy(double end) { while (now() < end) { turn(); x++; } }
        KEPT void medium(double end) { while (now() < end) { turn(); x++; } }
        KEPT void light(double end) { while (now() < end) { turn(); x++; } }
        KEPT void outer(double start)
        {
            heavy(start + 60);
            medium(start + 90);
            light(start + 100);
            x++;
        }
        int main(void) { for (double start = now();; start += 100) outer(start); }
        """;

    private const string Cpp = """
        #include <algorithm>
        #include <ctime>
        #include <functional>
        #include <vector>
        namespace work {
        using Time = double;
        static Time now() {
            timespec t;
            clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
            return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
        }
        static volatile unsigned long sink;
        struct Turn {
            std::vector<int> values = std::vector<int>(2000);
            [[gnu::noinline]] virtual void run() {
                for (auto &value : values) value = (value * 7919 + 13) % 10007;
                std::sort(values.begin(), values.end());
                sink = sink + values[3];
            }
            virtual ~Turn() = default;
        };
        static Turn turn;
        [[gnu::noinline]] void heavy(Time end) { while (now() < end) { turn.run(); sink = sink + 1; } }
        [[gnu::noinline]] void medium(Time end) { while (now() < end) { turn.run(); sink = sink + 1; } }
        [[gnu::noinline]] void light(Time end) { while (now() < end) { turn.run(); sink = sink + 1; } }
        [[gnu::noinline]] void outer(const std::function<Time(int)> &until) {
            heavy(until(60)); medium(until(90)); light(until(100)); sink = sink + 1;
        }
        }
        int main() {
            for (auto start = work::now();; start += 100)
                work::outer([&](int ms) { return start + ms; });
        }
        """;

    private const string Rust = """
        use std::hint::black_box;
        #[repr(C)]
        struct Time { seconds: i64, nanoseconds: i64 }
        extern "C" { fn clock_gettime(clock: i32, time: *mut Time) -> i32; }
        fn now() -> f64 {
            let mut t = Time { seconds: 0, nanoseconds: 0 };
            unsafe { clock_gettime(2, &mut t); }
            t.seconds as f64 * 1e3 + t.nanoseconds as f64 / 1e6
        }
        #[inline(never)]
        fn turn() -> u64 { (0..60000u64).fold(1, |sum, i| black_box(sum ^ (i * i))) }
        #[inline(never)]
        fn heavy(end: f64) { while now() < end { black_box(turn()); } }
        #[inline(never)]
        fn medium(end: f64) { while now() < end { black_box(turn() + 1); } }
        #[inline(never)]
        fn light(end: f64) { while now() < end { black_box(turn() + 2); } }
        #[inline(never)]
        fn outer(start: f64) -> f64 {
            heavy(start + 60.0);
            medium(start + 90.0);
            light(start + 100.0);
            black_box(start + 100.0)
        }
        fn main() { let mut start = now(); loop { start = outer(start); } }
        """;

    private const string Go = """
        package main

        import (
            "syscall"
            "unsafe"
        )

        var sink int

        func now() float64 {
            var t syscall.Timespec
            syscall.RawSyscall(syscall.SYS_CLOCK_GETTIME, 2, uintptr(unsafe.Pointer(&t)), 0)
            return float64(t.Sec)*1e3 + float64(t.Nsec)/1e6
        }
        //go:noinline
        func turn() { for i := 0; i < 60000; i++ { sink += step(i) } }
        //go:noinline
        func step(i int) int { if i < 0 { panic("negative") }; return i * i }
        //go:noinline
        func heavy(end float64) { for now() < end { turn() } }
        //go:noinline
        func medium(end float64) { for now() < end { turn() } }
        //go:noinline
        func light(end float64) { for now() < end { turn() } }
        //go:noinline
        func outer(start float64) {
            heavy(start + 60)
            medium(start + 90)
            light(start + 100)
        }
        func main() { for start := now(); ; start += 100 { outer(start) } }
        """;

    /// <summary>Compiles one into the folder; its path.</summary>
    public static Task<string> CompileAsync(TempFolder folder, string language) => language switch
    {
        "c" => RunAsync(folder, "gcc", "gcc", "shares.c", C, "-O2", "-fomit-frame-pointer"),
        "c framed" => RunAsync(
            folder, "clang", "clang", "shares.c", C, "-O2", "-fno-omit-frame-pointer", "-mno-omit-leaf-frame-pointer"),
        "c stripped" => StrippedAsync(folder),
        "c++" => RunAsync(folder, "g++", "g++", "shares.cc", Cpp, "-O2", "-fomit-frame-pointer"),
        "rust" => RunAsync(folder, "rustc", "rustc", "shares.rs", Rust, "-O"),
        "go" => GoAsync(folder),
        _ => throw new ArgumentException($"no program in {language}", nameof(language)),
    };

    private static async Task<string> RunAsync(
        TempFolder folder, string compiler, string package, string name, string source, params string[] options)
    {
        var (program, output) = (Programs.Require(compiler, package), folder.File("shares"));
        await ChildProcess.RunAsync(
            program, [.. options, "-o", output, folder.Write(name, source)], TestContext.Current.CancellationToken);
        return output;
    }

    /// <summary>The symbols are in a file beside it, which it names.</summary>
    private static async Task<string> StrippedAsync(TempFolder folder)
    {
        var program = await RunAsync(folder, "gcc", "gcc", "shares.c", C, "-O2", "-fomit-frame-pointer");
        var (objcopy, symbols) = (Programs.Require("objcopy", "binutils"), program + ".debug");
        foreach (var arguments in (string[][])
            [
                ["--only-keep-debug", program, symbols],
                ["--strip-all", $"--add-gnu-debuglink={symbols}", program],
            ])
        {
            await ChildProcess.RunAsync(objcopy, arguments, TestContext.Current.CancellationToken);
        }

        return program;
    }

    private static async Task<string> GoAsync(TempFolder folder)
    {
        var (go, output) = (Programs.Require("go", "golang-go"), folder.File("shares"));
        await ChildProcess.RunAsync(
            "/usr/bin/env",
            [$"HOME={folder.Path}", "GO111MODULE=off", go, "build", "-o", output, folder.Write("shares.go", Go)],
            TestContext.Current.CancellationToken);
        return output;
    }
}
