"""What is wished: the learned intents, and the spelling that is read past."""
