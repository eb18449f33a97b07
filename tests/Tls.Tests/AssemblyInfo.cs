using Xunit.Sdk;
using Xunit.v3;

// Loads and servers share two cores: tests run one after the other.
[assembly: Parallelization(Mode = ParallelMode.None)]
