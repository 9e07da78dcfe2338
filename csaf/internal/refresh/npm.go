package main

import (
	"archive/tar"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// limit bounds every download: no source is near it.
const limit = 64 << 20

var client = http.Client{Timeout: 5 * time.Minute}

func get(url string) ([]byte, error) {
	resp, err := client.Get(url)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s answered %s", url, resp.Status)
	}
	return io.ReadAll(io.LimitReader(resp.Body, limit))
}

// npm downloads the newest version of a package: its version and the files in
// it by path inside the package.
func npm(name string) (version string, files map[string][]byte, err error) {
	raw, err := get("https://registry.npmjs.org/" + name + "/latest")
	if err != nil {
		return "", nil, err
	}
	var about struct {
		Version string
		Dist    struct{ Tarball string }
	}
	if err := json.Unmarshal(raw, &about); err != nil {
		return "", nil, fmt.Errorf("registry entry of %s: %w", name, err)
	}
	ball, err := get(about.Dist.Tarball)
	if err != nil {
		return "", nil, err
	}
	files, err = unpack(ball)
	return about.Version, files, err
}

func unpack(ball []byte) (map[string][]byte, error) {
	zr, err := gzip.NewReader(strings.NewReader(string(ball)))
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	for tr := tar.NewReader(io.LimitReader(zr, limit)); ; {
		h, err := tr.Next()
		if errors.Is(err, io.EOF) {
			return files, nil
		}
		if err != nil {
			return nil, err
		}
		if files[strings.TrimPrefix(h.Name, "package/")], err = io.ReadAll(tr); err != nil {
			return nil, err
		}
	}
}
