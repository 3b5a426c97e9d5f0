"""What tests and benchmarks share; nothing that Blueprint runs on."""
