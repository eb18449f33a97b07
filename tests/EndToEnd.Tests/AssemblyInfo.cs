// Loads and servers share two cores: tests run one after the other.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
