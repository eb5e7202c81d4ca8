"""How the tokens look that people mix up, by prefix or form."""

from bot.app.doctor.mistakes import TokenForm

SLACK_FORMS = (
    TokenForm(
        "slack_bot_token", r"xoxb-.+", "a bot token (xoxb-…)", "OAuth & Permissions, Bot User OAuth Token, of your app"
    ),
    TokenForm(
        "slack_app_token",
        r"xapp-.+",
        "an app-level token (xapp-…)",
        "Basic Information, App-Level Tokens, of your app",
    ),
    TokenForm(
        "slack_signing_secret",
        r"[0-9a-f]{32}",
        "a signing secret (32 characters)",
        "Basic Information, App Credentials, of your app",
        only_in="slack_",
    ),
    TokenForm(
        "slack_client_secret",
        r"[0-9a-f]{32}",
        "a client secret (32 characters)",
        "Basic Information, App Credentials, of your app",
        only_in="slack_",
    ),
    TokenForm(
        "slack_client_id",
        r"\d{6,20}\.\d{6,20}",
        "a client ID (two numbers with a dot)",
        "Basic Information, App Credentials, of your app",
        only_in="slack_",
    ),
    TokenForm("", r"xoxp-.+|xoxe\.xoxp-.+", "a user token (xoxp-…)"),
    TokenForm("", r"xoxe-.+|xoxe\..+", "a token that expires (xoxe…)"),
    TokenForm("", r"xox[a-z]-.+", "another kind of Slack token"),
    TokenForm("", r"https://hooks\.slack\.com/.+", "the address of a webhook"),
)
"""https://docs.slack.dev/authentication/tokens"""

DISCORD_FORMS = (
    TokenForm(
        "discord_token", r"[\w-]{23,32}\.[\w-]{6,7}\.[\w-]{27,}", "a bot token (three parts with dots)",
        "Bot, Reset Token, of your application",
    ),
    TokenForm("", r"\d{17,20}", "an application's or a person's id", only_in="discord_"),
    TokenForm("", r"[0-9a-f]{64}", "a public key", only_in="discord_"),
    TokenForm("", r"Bot\s.+", "the word Bot before the token", only_in="discord_"),
    TokenForm("", r"https://(\w+\.)?discord(app)?\.com/.+", "an address"),
)  # fmt: skip
"""https://discord.com/developers/docs/reference#authentication"""

MODEL_FORMS = (TokenForm("openai_api_key", r"sk-.+", "an API key (sk-…)", "your model's provider"),)
"""Providers other than OpenAI have keys of other forms."""
