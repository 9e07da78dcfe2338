package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// licences writes spdx.txt: a line for each identifier, a flag and the name.
// Flags: l licence, x exception, L and X the same but deprecated.
func licences(out, _ string) error {
	ids, idFiles, err := npm("spdx-license-ids")
	if err != nil {
		return err
	}
	exceptions, exceptionFiles, err := npm("spdx-exceptions")
	if err != nil {
		return err
	}
	var lines []string
	for _, part := range []struct {
		flag string
		text []byte
	}{
		{"l", idFiles["index.json"]}, {"L", idFiles["deprecated.json"]},
		{"x", exceptionFiles["index.json"]}, {"X", exceptionFiles["deprecated.json"]},
	} {
		var names []string
		if err := json.Unmarshal(part.text, &names); err != nil {
			return fmt.Errorf("list %s: %w", part.flag, err)
		}
		for _, name := range names {
			lines = append(lines, part.flag+" "+name)
		}
	}
	slices.SortFunc(lines, byName)
	head := fmt.Sprintf("# SPDX License List (https://spdx.org/licenses), through npm spdx-license-ids %s (CC0-1.0) and spdx-exceptions %s (CC-BY-3.0)\n",
		ids, exceptions)
	return os.WriteFile(filepath.Join(out, "spdx.txt"), []byte(head+strings.Join(lines, "\n")+"\n"), 0o644)
}

func byName(a, b string) int { return strings.Compare(strings.ToLower(a[2:]), strings.ToLower(b[2:])) }

// scancode writes scancode.txt in the same form, with the keys of the ScanCode
// LicenseDB as they follow "LicenseRef-scancode-".
func scancode(out, file string) error {
	const url = "https://scancode-licensedb.aboutcode.org/index.json"
	text, err := os.ReadFile(file)
	source := file
	if file == "" {
		source = url
		text, err = get(url)
	}
	if err != nil {
		return err
	}
	var entries []struct {
		LicenseKey   string `json:"license_key"`
		IsException  bool   `json:"is_exception"`
		IsDeprecated bool   `json:"is_deprecated"`
	}
	if err := json.Unmarshal(text, &entries); err != nil {
		return fmt.Errorf("%s: %w", source, err)
	}
	lines := make([]string, len(entries))
	for i, e := range entries {
		flag := "l"
		if e.IsException {
			flag = "x"
		}
		if e.IsDeprecated {
			flag = strings.ToUpper(flag)
		}
		lines[i] = flag + " " + e.LicenseKey
	}
	slices.SortFunc(lines, byName)
	head := fmt.Sprintf("# AboutCode ScanCode LicenseDB (https://scancode-licensedb.aboutcode.org), CC-BY-4.0, from %s\n", filepath.Base(source))
	return os.WriteFile(filepath.Join(out, "scancode.txt"), []byte(head+strings.Join(lines, "\n")+"\n"), 0o644)
}
