package keys

import (
	"bytes"

	"github.com/ProtonMail/gopenpgp/v3/armor"
)

// unarmoured gives the packets inside an armour, or the bytes themselves.
func unarmoured(b []byte) []byte {
	if !bytes.Contains(b, []byte("-----BEGIN PGP")) {
		return b
	}
	raw, err := armor.UnarmorBytes(b)
	if err != nil {
		return nil
	}
	return raw
}
