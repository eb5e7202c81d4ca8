"""Plain words: what people mean who type no command. Each file reads one kind of sentence; all are pure."""
