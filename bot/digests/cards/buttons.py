"""Buttons that several cards about a channel's digest offer."""

from bot.domain.card import Button

POST_FIRST = Button("Post the first one now", "/digest now", primary=True)
SETTINGS = Button("Settings", "/paperlark settings")
