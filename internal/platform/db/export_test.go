package db

// Provider steps through the migrations.
var Provider = (*DB).provider
