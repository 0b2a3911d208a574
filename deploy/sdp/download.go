package sdp

import (
	"fmt"
	"io"

	"github.com/tamagotake/tamagotake/boot/image/imx"
)

// Download finds the one board that waits for a download and has it start the image. root is where
// /sys and /dev are. What is found and done is told to out, and to progress how much is sent.
func Download(root string, file []byte, out io.Writer, progress func(percent int)) error {
	m, err := imx.Parse(file)
	if err != nil {
		return err
	}
	path, chip, err := Find(root)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%s at %s\n", chip, path)
	d, err := Open(path)
	if err != nil {
		return err
	}
	defer d.Close()
	return download(d, m, out, progress)
}

func download(d Device, m *imx.Image, out io.Writer, progress func(percent int)) error {
	closed, err := Load(d, m, func(done, of int) { progress(done * 100 / of) })
	if err != nil {
		return err
	}
	if closed {
		fmt.Fprintln(out, "the device is closed: it starts the image only if it is signed for this way of loading")
	}
	fmt.Fprintf(out, "started at %#08x\n", m.Entry)
	return nil
}
