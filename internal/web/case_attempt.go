package web

import (
	"net/url"
	"time"

	"nakodo/internal/cvd"
	"nakodo/internal/httpd"
	"nakodo/internal/product"
)

// enterAttempt reads a try to reach the vendor.
func (s *Site) enterAttempt(who cvd.ParticipantID, values url.Values) (cvd.Verb, error) {
	return s.readAttempt(who, values)
}

// enterProduct reads a product of a vendor that has not spoken.
func enterProduct(who cvd.ParticipantID, values url.Values) (cvd.Verb, error) {
	var in struct {
		Name      string `form:"name,required,max=200"`
		From      string `form:"from,max=100"`
		To        string `form:"to,max=100"`
		ToInclude bool   `form:"to_include"`
	}
	err := httpd.Decode(values, &in, time.UTC)
	return cvd.NameProduct{Who: who, Product: product.Product{Name: in.Name, Range: product.Range{From: in.From, To: in.To, ToInclude: in.ToInclude}}}, err
}
