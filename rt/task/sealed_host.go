//go:build !tamago

package task

var sealedPolls, sealedUndos = sealTable{unsealed}, sealTable{unsealed}

func pollTable() *sealTable { return &sealedPolls }
func undoTable() *sealTable { return &sealedUndos }
