package keys

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"filippo.io/age"
)

// Vault seals what the centre keeps but not everybody with the database or a
// backup may read: finders' identities, letters, attached files, the centre's
// private key. There is one for a deployment; its key lies in the data
// directory, apart from the database. Whoever loses the key loses what was
// sealed, so a backup needs both, kept apart.
type Vault struct{ identity *age.X25519Identity }

// vaultFile is the key's name in the data directory, in the format of the age
// tool: age -d -i seal.key opens a sealed file in an emergency.
const vaultFile = "seal.key"

// OpenVault reads the key in dir, or makes one where there is none.
func OpenVault(dir string) (*Vault, error) {
	path := filepath.Join(dir, vaultFile)
	info, err := os.Stat(path)
	if errors.Is(err, os.ErrNotExist) {
		if err := makeVault(path); err != nil {
			return nil, fmt.Errorf("make the sealing key: %w", err)
		}
		info, err = os.Stat(path)
	}
	if err != nil {
		return nil, fmt.Errorf("sealing key: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("others may read the sealing key %s (mode %v): chmod 600 %s", path, info.Mode().Perm(), path)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("sealing key: %w", err)
	}
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		identity, err := age.ParseX25519Identity(line)
		if err != nil {
			return nil, fmt.Errorf("%s holds no sealing key: restore it from a backup", path)
		}
		return &Vault{identity}, nil
	}
	return nil, fmt.Errorf("%s is empty: restore it from a backup", path)
}

// makeVault writes a new key so that two processes starting at once end up
// with one: the file appears whole or not at all, and the first one wins.
func makeVault(path string) error {
	identity, err := age.GenerateX25519Identity()
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), "seal-*.new") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = fmt.Fprintf(f, "# Opens what this centre has sealed. Back it up, apart from the database.\n# public key: %s\n%s\n", identity.Recipient(), identity)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Link(f.Name(), path); err != nil && !errors.Is(err, os.ErrExist) {
		return err
	}
	return nil
}

// Name is the public half of the key: it tells two vaults apart, and opens nothing.
func (v *Vault) Name() string { return v.identity.Recipient().String() }

// String keeps the key out of logs.
func (v *Vault) String() string { return "vault " + v.Name() }

// GoString keeps the key out of logs.
func (v *Vault) GoString() string { return v.String() }

// Writer seals what is written to it into w. Close ends the sealing; w stays open.
// What names the record: opening it as another one fails, so that nobody with
// the database alone can pass one sealed record off as another.
func (v *Vault) Writer(w io.Writer, what string) (io.WriteCloser, error) {
	sealed, err := age.Encrypt(w, v.identity.Recipient())
	if err != nil {
		return nil, err
	}
	_, err = io.WriteString(sealed, label(what))
	return sealed, err
}

// Reader opens what Writer sealed.
func (v *Vault) Reader(r io.Reader, what string) (io.Reader, error) {
	opened, err := age.Decrypt(r, v.identity)
	if err != nil {
		return nil, fmt.Errorf("this centre's key does not open %s: %w", what, err)
	}
	want := label(what)
	got := make([]byte, len(want))
	if _, err := io.ReadFull(opened, got); err != nil || string(got) != want {
		return nil, fmt.Errorf("what is sealed as %s is something else", what)
	}
	return opened, nil
}

func label(what string) string { return fmt.Sprintf("%d:%s\n", len(what), what) }

// Seal seals a short text, see Writer.
func (v *Vault) Seal(what string, plain []byte) ([]byte, error) {
	var b bytes.Buffer
	w, err := v.Writer(&b, what)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(plain); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// Open opens what Seal sealed.
func (v *Vault) Open(what string, sealed []byte) ([]byte, error) {
	r, err := v.Reader(bytes.NewReader(sealed), what)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}
