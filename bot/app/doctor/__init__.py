"""`paperlark doctor`: what is wrong with settings, services and channels, and the next step."""
