"""What speaks to people: Slack, Discord, the terminal, and the command line that starts them."""
