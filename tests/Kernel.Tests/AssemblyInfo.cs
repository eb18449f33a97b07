using Xunit.Sdk;
using Xunit.v3;

// Probes see the whole machine and cost it time: one test at a time.
[assembly: Parallelization(Mode = ParallelMode.None)]
