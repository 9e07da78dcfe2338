package keys_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"nakodo/internal/keys"
)

func TestVaultOpensOnlyWhatItSealedAndOnlyAsWhatItWas(t *testing.T) {
	dir := t.TempDir()
	v, err := keys.OpenVault(dir)
	if err != nil {
		t.Fatal(err)
	}
	plain := []byte("山田 太郎 <yamada@example.jp>")
	sealed, err := v.Seal("identity/NKR-1", plain)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(sealed, []byte("yamada")) {
		t.Fatal("the sealed text can be read")
	}
	again, err := keys.OpenVault(dir)
	if err != nil {
		t.Fatal(err)
	}
	got, err := again.Open("identity/NKR-1", sealed)
	if err != nil || !bytes.Equal(got, plain) {
		t.Fatalf("got %q, %v", got, err)
	}
	if _, err := again.Open("identity/NKR-2", sealed); err == nil {
		t.Error("one record's seal opened as another's")
	}
	for at := range sealed {
		broken := bytes.Clone(sealed)
		broken[at] ^= 1
		if got, err := again.Open("identity/NKR-1", broken); err == nil && !bytes.Equal(got, plain) {
			t.Fatalf("a changed byte at %d went unseen", at)
		}
	}
	other, err := keys.OpenVault(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := other.Open("identity/NKR-1", sealed); err == nil {
		t.Error("another centre's key opened it")
	}
}

func TestVaultKeyIsPrivateAndMadeOnce(t *testing.T) {
	dir := t.TempDir()
	var wg sync.WaitGroup
	names := make([]string, 8)
	for i := range names {
		wg.Go(func() {
			v, err := keys.OpenVault(dir)
			if err != nil {
				t.Error(err)
				return
			}
			names[i] = v.Name()
			if s := fmt.Sprintf("%v %+v %#v %s", v, v, v, v); strings.Contains(s, "SECRET") {
				t.Error("the key shows itself in a log")
			}
		})
	}
	wg.Wait()
	for _, n := range names {
		if n != names[0] {
			t.Fatalf("two keys were made: %v", names)
		}
	}
	files, err := os.ReadDir(dir)
	if err != nil || len(files) != 1 {
		t.Errorf("left behind: %v, %v", files, err)
	}
	path := filepath.Join(dir, "seal.key")
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("got %v, %v, want mode 0600", info.Mode(), err)
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := keys.OpenVault(dir); err == nil || !strings.Contains(err.Error(), "chmod 600") {
		t.Errorf("got %v, want advice to chmod", err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("# nothing\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := keys.OpenVault(dir); err == nil || !strings.Contains(err.Error(), "backup") {
		t.Errorf("got %v, want advice to restore the backup", err)
	}
}
