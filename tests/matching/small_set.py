"""A small set of examples in several scripts that the matching tests train on."""

from bot.matching.training import Example

_THINGS = {
    "school": ["enrol my daughter in school", "kindergarten for my son", "escuela para mis hijos",
               "register kids at primary school", "बच्चे का स्कूल में दाखिला", "孩子上学"],
    "police": ["police stopped me", "report a robbery to the police", "la policía me paró",
               "witness of a crime, talk to an officer", "पुलिस ने रोका", "报警 被抢劫"],
    "hospital": ["emergency room without a card", "surgery hospital bill", "hospital sin seguro",
                 "ambulance bill i can not pay", "अस्पताल का बिल", "医院 急诊 账单"],
    "food": ["food bank near me", "free groceries for my family", "banco de comida gratis",
             "hot meals for free tonight", "मुफ्त खाना राशन", "食物银行 免费"],
    "shelter": ["bed for tonight", "i sleep outside and need a shelter", "albergue para esta noche",
                "warming centre open now", "रात को सोने की जगह", "收容所 今晚 睡觉"],
    "library": ["library card without an address", "borrow books", "biblioteca tarjeta",
                "use a computer at the library", "पुस्तकालय कार्ड", "图书馆 借书证"],
}  # fmt: skip
_WAYS = ("{}", "can i {}", "please help, {}", "i have no papers, {}", "{} is it possible")
_OUTSIDE = [
    "weather tomorrow", "who won the match", "buy a used car", "currency exchange rate",
    "recipe for soup", "tell me a joke", "open a bank account", "cheap flights home",
    "work permit application", "play some music", "天气 明天", "मौसम कैसा है",
]  # fmt: skip

IN_SCOPE = [
    Example(way.format(thing), label)
    for label, things in _THINGS.items()
    for thing in things
    for way in _WAYS
]
OUT_OF_SCOPE = [Example(text, None) for text in _OUTSIDE]
EXAMPLES = [*IN_SCOPE, *OUT_OF_SCOPE]
