package store_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"nakodo/internal/fault"
	"nakodo/internal/store"
	"nakodo/internal/store/storetest"
)

// filesIn lists every file below dir with its bytes.
func filesIn(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		files[path], err = os.ReadFile(path)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestBlobComesBackSealedOnDisk(t *testing.T) {
	cfg := store.Config{Dir: t.TempDir()}
	s := storetest.Open(t, cfg)
	plain := make([]byte, 3<<20+17)
	for i, source := 0, rand.New(rand.NewPCG(1, 2)); i < len(plain); i++ {
		plain[i] = byte(source.Uint32())
	}
	copy(plain, "exploit code, in clear")
	b, err := s.KeepBlob(t.Context(), bytes.NewReader(plain), int64(len(plain)))
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(plain)
	same(t, b, store.Blob{ID: b.ID, Size: int64(len(plain)), SHA256: hex.EncodeToString(sum[:])})
	r, err := s.Blob(t.Context(), b.ID)
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(r)
	if err := errors.Join(err, r.Close()); err != nil || !bytes.Equal(got, plain) {
		t.Fatalf("%d bytes came back, %v", len(got), err)
	}
	files := filesIn(t, filepath.Join(cfg.Dir, "files"))
	same(t, len(files), 1)
	for path, raw := range files {
		if bytes.Contains(raw, []byte("exploit code")) {
			t.Errorf("%s is not sealed", path)
		}
		info, err := os.Stat(path)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v, want mode 0600", path, info.Mode(), err)
		}
		raw[len(raw)-1] ^= 1
		if err := os.WriteFile(path, raw, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	r, err = s.Blob(t.Context(), b.ID)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if _, err := io.ReadAll(r); err == nil {
		t.Error("a changed file was read without a word")
	}
}

func TestBlobThatFailsLeavesNothing(t *testing.T) {
	cfg := store.Config{Dir: t.TempDir()}
	s := storetest.Open(t, cfg)
	_, err := s.KeepBlob(t.Context(), strings.NewReader("12345"), 4)
	wantKind(t, err, fault.Invalid)
	broken := errors.New("the line went dead")
	if _, err := s.KeepBlob(t.Context(), io.MultiReader(strings.NewReader("12"), iotest.ErrReader(broken)), 4); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	same(t, len(filesIn(t, filepath.Join(cfg.Dir, "files"))), 0)
}

func TestPurgedBlobIsGone(t *testing.T) {
	s := storetest.Open(t, store.Config{Dir: t.TempDir()})
	b, err := s.KeepBlob(t.Context(), strings.NewReader(""), 0)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time there is nothing left, which is what was wanted
		if err := s.PurgeBlob(t.Context(), b.ID); err != nil {
			t.Fatal(err)
		}
	}
	for _, id := range []string{b.ID, "", "../../seal", "../seal.key", strings.Repeat("a", 26)} {
		_, err := s.Blob(t.Context(), id)
		wantKind(t, err, fault.NotFound)
	}
}

func TestAnotherCentresKeyIsRefused(t *testing.T) {
	storetest.EachConfig(t, func(t *testing.T, cfg store.Config) {
		s := storetest.Open(t, cfg)
		do(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.SetSecret(ctx, "x", []byte("y")) })
		s.Close()
		if err := os.Remove(filepath.Join(cfg.Dir, "seal.key")); err != nil {
			t.Fatal(err)
		}
		_, err := store.Open(t.Context(), cfg)
		if err == nil || !strings.Contains(err.Error(), "seal.key") {
			t.Errorf("got %v, want a refusal that names the missing key", err)
		}
	})
}
