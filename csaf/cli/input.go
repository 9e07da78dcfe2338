package cli

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"nakodo/csaf"
)

// inputs resolves the arguments: a directory stands for the .json files below
// it, in alphabetical order.
func inputs(args []string) (out []string, err error) {
	for _, arg := range args {
		if arg == "-" {
			out = append(out, arg)
			continue
		}
		info, err := os.Stat(arg)
		if err != nil || !info.IsDir() {
			out = append(out, arg) // a file that is not there is an unusable input
			continue
		}
		before := len(out)
		err = filepath.WalkDir(arg, func(path string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() && strings.EqualFold(filepath.Ext(path), ".json") {
				out = append(out, path)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
		if len(out) == before {
			return nil, fmt.Errorf("there is no .json file in %s", arg)
		}
	}
	return out, nil
}

// readInput reads a file, or standard input for "-", and no more of it than
// the parser would accept.
func readInput(name string, stdin io.Reader) (string, error) {
	most := int64(csaf.DefaultLimits().Bytes)
	in, size := stdin, int64(0)
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return "", err
		}
		defer f.Close()
		if info, err := f.Stat(); err == nil {
			size = min(info.Size(), most)
		}
		in = f
	}
	var b strings.Builder
	b.Grow(int(size) + 1)
	n, err := io.Copy(&b, io.LimitReader(in, most+1))
	if err != nil {
		return "", err
	}
	if n > most {
		return "", fmt.Errorf("the file has more than %d bytes; no CSAF document is that large", most)
	}
	return b.String(), nil
}
