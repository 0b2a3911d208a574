package exercise

import "testing"

func TestSequence(t *testing.T) {
	const blocks, ops = 64, 10000
	writes, hit := 0, map[uint64]int{}
	for n := range uint64(ops) {
		op := At(7, n, blocks)
		if op.Block >= blocks || op != At(7, n, blocks) {
			t.Fatalf("%+v", op)
		}
		if op.Write {
			writes++
		}
		hit[op.Block]++
	}
	if writes < ops*2/5 || writes > ops*3/5 || len(hit) != blocks {
		t.Errorf("%d writes, %d blocks", writes, len(hit))
	}
}

func TestContents(t *testing.T) {
	buf := make([]byte, BlockSize)
	Fill(buf, 7, 1)
	if !Is(buf, 7, 1) || Is(buf, 7, 2) || Is(buf, 8, 1) {
		t.Error("contents do not tell the operation")
	}
	buf[BlockSize-1] ^= 1
	if Is(buf, 7, 1) {
		t.Error("the last byte does not matter")
	}
}
