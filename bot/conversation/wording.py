"""Every sentence of the interface in English; translations stand in `locales/`.

Plain and kind, short, never blaming, never "you are safe". {names} are filled in.
"""

from __future__ import annotations

# The greeting: two sentences, the honest limits in the second.
HELLO = (
    "Hello. I tell you which city services you can use without immigration papers, and what to "
    "watch out for."
)
LIMITS = (
    "I keep nothing about you, but Telegram knows your number, and this chat stays on your phone."
)
CHOOSE_LANGUAGE = "Choose your language:"
CHOOSE_CITY = "Choose your city:"
ASK_FREELY = "Now ask in your own words, or choose a topic."

# The parts of an answer.
CAN_I = "Can I use it without status?"
CAN_I_GET_HELP = "Can I get help without status?"
CAN_I_USE_CITY = "Can I use city services without status?"
ACCESS_OPEN = "Yes."
ACCESS_PARTLY = "Partly."
ACCESS_CLOSED = "No."
ACCESS_UNKNOWN = "We do not know."
PAPERS = "Papers:"
THEY_ASK_FOR = "They ask for: {papers}."
THEY_ACCEPT = "They also take: {papers}."
PAPERS_UNKNOWN = "We do not know which papers they ask for."
WRITTEN_DOWN = "They write down:"
RECORDS_UNKNOWN = "We do not know what they write down or who can get it."
LIST_END = "{list}."
WHO_GETS_IT = "Who can get it: {people}."
IF_REFUSED = "If they say no:"
IN_PRACTICE = "In practice:"
REPORTED_IN = "(Reported in {date}.)"
WHAT_TO_DO = "What to do:"
CALL = "Call:"
OR = "Or:"
RULE_OF = "This is the rule of {place}, which {city} belongs to."
RULE_OF_UNCOVERED = "We do not cover {city}. This is the rule of {place}."
CHECKED_ON = "Last checked: {date}."
NOT_REVIEWED = "Nobody from outside has reviewed it yet."
LOW_CONFIDENCE = "Our sources for this are old or few. Ask before you go."
EXPIRED = "We last checked this on {date}. It may have changed, so we do not show it. Please call:"
WITHDRAWN = "We took this answer back because it may be wrong. Please call:"
VALUE_EXPIRED = "(an amount we must check again)"
STALE_TRANSLATION = "This translation is older than the English text, and parts may be out of date. Call before you go."
UNREVIEWED_TRANSLATION = "No fluent person has reviewed this translation yet."
NOT_TRANSLATED = "The sentences below are not translated yet."
NUMBER_OF = "number from a page of {date}"
EXTENSION = "extension {number}"
TEXT_TO = "or text {number}"
ALL_DAY = "day and night"
INTERPRETERS = "interpreters"

# Sources.
SOURCES_OF = "Where this comes from"
PAGE_OF = "page of {date}"
PAGE_UNDATED = "page without a date"
READ_ON = "read on {date}"

# Refused.
COMPLAIN_TO = "Where you can complain:"

# Buttons.
BUTTON_REFUSED = "They refused me"
BUTTON_MORE = "More"
BUTTON_SOURCES = "Sources"
BUTTON_BACK = "Back"
BUTTON_OTHER_CITY = "Another city"
BUTTON_WRONG = "Not what I asked"
BUTTON_TOPICS = "Topics"
BUTTON_LANGUAGE = "Language"

# Sharing, links, other chats. {name} is the bot's @name, {example} a question.
BUTTON_SHARE = "Share"
BUTTON_SEND_LINK = "Send the link to somebody"
BUTTON_PRIVATE = "Ask in a private chat"
SHARED_LINK = "Sources, and your own questions:"
GROUP_HELLO = "Hello. I tell you which city services you can use without immigration papers. To ask me here, write a city and what you need, like this: {example}"
GROUP_SEEN = (
    "Everyone here can read what is asked and answered. Ask in a private chat if it is about you."
)
GROUP_PRIVACY = "Here I answer only what is written to me, and I remember nothing of it. But everyone in this group can read it, and Telegram keeps it."
GROUP_ERASE = "I cannot erase messages in a group. Whoever wrote a message can delete it, and so can the group's administrators. In the private chat, /erase works."
GROUP_NAME_CITY = "Write the city and your question in one message: I remember nothing here."
INLINE_TITLE = "City services without immigration papers"
INLINE_HOW = "Type a city and what you need. For example: {example}"
PRIVACY_INLINE = "If you write my name in another chat, Telegram sees your words while you type, and everyone there sees that you posted the answer."
PICTURE_UNSEEN = "I read only your words. I did not look at what you sent with them: it can show who you are. You can delete it from this chat now."

# Not an answer.
WHICH_CITY = "In which city?"
WHICH_TOPIC = "Which of these do you mean?"
NOT_KNOWN = "I do not know that."
PERHAPS = "Perhaps one of these helps. If not, a person can:"
NO_ANSWER_HERE = "We found no page that answers this for {place}. A person may know:"
ABOUT_TOPIC = "You ask about: {topic}"
UNCOVERED = "We do not cover {city} yet."
UNCOVERED_HELP = "A person can help you find services near you:"
TWO_CITIES = "You name two cities. Which one?"
NOT_WHAT_I_ASKED = "I am sorry. Choose what you mean, or ask again in other words:"
MENU = "What is it about?"
NOTHING_TO_READ = "Please write your question in words, or choose a topic."
BUSY = "Something went wrong on our side. Please ask again in a minute. In danger, call 911."
TOO_OLD = "That button is from an older version. Please choose again."

# Urgent, when the city is not known.
DANGER_EMERGENCY = "If a life is in danger, call 911 now and stay on the line. If you do not speak English, say the name of your language."
DANGER_AGENTS = "Before you open the door, answer questions or sign anything: choose your city, and I tell you what the rules there are."
DANGER_SUICIDE = "You matter. You can talk to a person now, day or night."
DANGER_VIOLENCE = "If you are being hurt now, call 911. You can also talk to someone who helps people who are hurt at home."
IN_COUNTRY = "In {country}:"
TELL_CITY = "Tell me your city, and I can say more:"

# Groups of topics in the menu.
GROUP_DANGER = "Danger, police, agents"
GROUP_HEALTH = "Health"
GROUP_HOME = "Food, home, money"
GROUP_LEARNING = "Children, learning, free time"
GROUP_CITY = "Transport, papers, city"
GROUP_RIGHTS = "Work, law, my rights"

# Follow-ups: what was understood of a short question that hangs on the one before.
UNDERSTOOD = "I understand this as: {topic}, {city}."

# Small talk.
GREETING = "Hello. Ask me about a service in your city, or choose a topic."
THANKS = "You are welcome. Ask again whenever you like."
GOODBYE = "Goodbye. You can erase this chat with /erase."
OKAY = "Good. You can ask me something else, or choose a topic."

# Help, about, privacy, erase.
HELP_TITLE = "How this works"
HELP_ASK = "Write your question in your own words, in your language, and name your city. Spelling does not matter."
HELP_COMMANDS = "/language – choose the language\n/city – choose the city\n/privacy – what we know about you\n/erase – erase this chat"
HELP_LIMITS = "I give information, not legal advice. Rules and people differ: when in doubt, call first, and you need not say your name."
PRIVACY_TITLE = "What we know about you"
PRIVACY_KEPT = "We store no name, number, message or list of who wrote. For 30 minutes after your last message, the computer's memory holds your language, your city and your last topic, under a code that is not your name. Then they are gone."
PRIVACY_TELEGRAM = "Telegram is a company. It knows your phone number and keeps this chat on its computers, and we cannot change that."
PRIVACY_PHONE = (
    "Whoever opens your phone can read this chat. /erase removes the messages of the last 48 hours."
)
PRIVACY_NEVER = "We never ask for your name, your address, your papers or money. A bot that does is not this one."
ABOUT_TITLE = "About this bot"
ABOUT_WHAT = "I am a program, not a person and not the government. The answers are collected from public pages, each with its source and its date."
ABOUT_LIMITS = "I can be wrong, and rules change. I do not promise that you will come to no harm. When much depends on it, ask a lawyer or call first."
PRIVACY_COUNTS = "We count how often each topic is asked about in each city and week, and only where at least five questions came. No words, no time of day, nothing about a person."
PRIVACY_TESTED = "A test that anyone can run looks for traces of people in everything this program writes. This is version {version}."
PRIVACY_CLONE = (
    "Is this the true bot? Compare its name with the one on the poster or page that sent you here."
)
SLOW_DOWN = "You write faster than I can answer. Please wait a minute."
FORWARDED = "I do not read forwarded messages: they can show who wrote them. You can delete it from this chat now. Please ask in your own words."
IDENTITY_SEEN = "Your message seems to hold a number or a name that can show who you are. I do not need it and do not keep it. You can delete that message now."
BUTTON_DELETE = "Delete it now"
DELETED = "It is deleted from this chat, on both sides. Telegram may still keep copies."
NOT_DELETED = "I could not delete it. Hold your finger on the message and choose to delete it."
BUTTON_ASKED_PAPERS = "They asked for my papers"
BUTTON_NUMBER_DEAD = "The number does not work"
FEEDBACK_THANKS = "Thank you. We only count such reports; nothing in them points to you."
NOT_READ = "I cannot look at photos, files, voice, contacts or places, and I do not want to: they can show who you are. You can delete it from this chat now. Please ask in words."
ERASE_START = "I am erasing what I can of this chat: both sides, the last 48 hours."
ERASE_DONE = "Erased what could be erased. Older messages you can delete yourself: open the chat's menu and choose to delete the chat. Telegram may still keep copies."
ERASE_PART = "I could erase only a part. To erase the rest, open the chat's menu and choose to delete the chat. Telegram may still keep copies."

# What Telegram shows before the first message: at most 512 and 120 characters.
DESCRIPTION = "I tell you which city services you can use without immigration papers, in Canada and the United States, and what to watch out for. Every answer says where it comes from and when we checked it. I keep nothing about who asks, but Telegram knows your number and keeps this chat. I give information, not legal advice. In danger, call 911."
SHORT_DESCRIPTION = (
    "City services you can use without immigration papers. I keep nothing about who asks."
)

# Command list.
COMMAND_START = "Begin"
COMMAND_ASK = "Ask: a city, and what you need"
COMMAND_LANGUAGE = "Choose the language"
COMMAND_CITY = "Choose the city"
COMMAND_HELP = "How this works"
COMMAND_PRIVACY = "What we know about you"
COMMAND_ERASE = "Erase this chat"

NOTES = {
    CAN_I: "Question before Yes / Partly / No / We do not know.",
    THEY_ACCEPT: "Papers accepted in place of those asked for.",
    LIST_END: "A list that stands as a sentence of its own; only the full stop changes.",
    OR: "Before a second telephone number.",
    VALUE_EXPIRED: "Stands in a sentence in place of a price or number that is out of date.",
    DESCRIPTION: "At most 512 characters.",
    SHORT_DESCRIPTION: "At most 120 characters.",
    SHARED_LINK: "Before a link that opens the bot.",
    BUTTON_WRONG: "Button: the answer is about something else than the person asked.",
}


def all_sentences() -> list[str]:
    """Every English sentence of this file, in its order."""
    return [value for name, value in globals().items() if name.isupper() and isinstance(value, str)]
