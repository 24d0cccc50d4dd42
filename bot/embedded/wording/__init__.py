"""How the embedded model says things: facts in, sentences out."""
