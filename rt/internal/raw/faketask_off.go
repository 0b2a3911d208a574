//go:build !explore

package raw

// wakeFakeTask is for models: see standin_explore.go.
func wakeFakeTask(Waker) bool { return false }

func isFakeTask(Waker) bool { return false }
