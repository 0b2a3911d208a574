package sdp

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tamagotake/tamagotake/boot/image/bootrom"
)

// What is told of a download: how much is sent, where the image starts, and that the device is closed.
func TestDownload(t *testing.T) {
	for _, closed := range []bool{false, true} {
		m := testImage(t, 2)
		var out bytes.Buffer
		last := 0
		if err := download(&bootrom.USB{Closed: closed}, m, &out, func(percent int) { last = percent }); err != nil {
			t.Fatal(err)
		}
		if last != 100 || !strings.HasSuffix(out.String(), "started at 0x80010010\n") || strings.Contains(out.String(), "is closed") != closed {
			t.Errorf("closed %v: sent %d%%, said %s", closed, last, &out)
		}
	}
	var out bytes.Buffer
	if err := download(&board{mute: true}, testImage(t, 2), &out, func(int) {}); err == nil || out.Len() != 0 {
		t.Errorf("%v, said %s", err, &out)
	}
}

// The reports go to the node of the board that was found. A file stands for it, which takes them
// and does not answer.
func TestDownloadTo(t *testing.T) {
	root := t.TempDir()
	m := testImage(t, 2)
	var out bytes.Buffer
	if err := Download(root, m.File, &out, nil); err == nil || !strings.Contains(err.Error(), "no board waits for a download") {
		t.Error(err)
	}
	if err := Download(root, []byte("text"), &out, nil); err == nil || !strings.Contains(err.Error(), "too short for an i.MX image") {
		t.Error(err)
	}
	dir, node := filepath.Join(root, "sys/class/hidraw/hidraw0/device"), filepath.Join(root, "dev/hidraw0")
	if err := errors.Join(os.MkdirAll(dir, 0o755), os.MkdirAll(filepath.Dir(node), 0o755), os.WriteFile(node, nil, 0o644),
		os.WriteFile(filepath.Join(dir, "uevent"), []byte("HID_ID=0003:000015A2:00000080\n"), 0o644)); err != nil {
		t.Fatal(err)
	}
	err := Download(root, m.File, &out, func(int) {})
	sent, _ := os.ReadFile(node)
	if err == nil || !strings.HasPrefix(err.Error(), "DCD: ") || out.String() != "i.MX6ULL or i.MX6ULZ at "+node+"\n" || !bytes.Contains(sent, m.DCD) {
		t.Errorf("%v, said %s", err, &out)
	}
}
