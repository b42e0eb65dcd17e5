// One cluster, and on it one installation at a time.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
