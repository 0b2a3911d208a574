package raw

// SkipNumbers has the next task number be later, as if so many tasks had been spawned. For tests.
func SkipNumbers(n uint64) { ids.Add(n) }
