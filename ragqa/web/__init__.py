"""The page and the API: several people at once, over the same `Answer` as everything else."""
