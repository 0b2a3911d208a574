package console

import "bytes"

// SilenceNS is how long nothing must come before and after a Ctrl-C that is meant, where
// every byte is data.
const SilenceNS = 1e9

// Guard detects Ctrl-C in a stream in which every byte may be data. One or more Ctrl-C count if a
// second of silence comes before and after them, as modems detect their escape sequence. Data
// without such pauses never stops a transfer.
//
// A break of the line was rejected as the sign: a virtio console has none.
type Guard struct {
	lastNS int64 // when the last byte came
	only   bool  // since the last silence nothing but Ctrl-C has come, and that has
}

// Begin begins to look; there has been silence so far.
func (g *Guard) Begin(nowNS int64) { g.lastNS, g.only = nowNS-SilenceNS, false }

// Took says what has come, and when.
func (g *Guard) Took(p []byte, nowNS int64) {
	if len(p) == 0 {
		return
	}
	begins := nowNS-g.lastNS >= SilenceNS
	g.only = (begins || g.only) && len(bytes.Trim(p, "\x03")) == 0
	g.lastNS = nowNS
}

// Wants reports whether a Ctrl-C has come that is meant if nothing follows until dueNS.
func (g *Guard) Wants() (dueNS int64, yes bool) { return g.lastNS + SilenceNS, g.only }
