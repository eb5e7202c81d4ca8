"""In which language a text is written, as far as that can be told; and what people mean by a language's name."""

import pytest

from bot.domain.languages import LANGUAGES, named_language, nearest_language
from bot.summaries.language_check import is_written_in

# Article 1 of the Universal Declaration of Human Rights, in the translations of the United Nations
# (https://www.ohchr.org/en/human-rights/universal-declaration), with Article 3 where that is short.
ARTICLE_1 = {
    "en": "All human beings are born free and equal in dignity and rights. They are endowed with reason and conscience"
    " and should act towards one another in a spirit of brotherhood.",
    "de": "Alle Menschen sind frei und gleich an Würde und Rechten geboren. Sie sind mit Vernunft und Gewissen begabt"
    " und sollen einander im Geist der Brüderlichkeit begegnen.",
    "fr": "Tous les êtres humains naissent libres et égaux en dignité et en droits. Ils sont doués de raison et de"
    " conscience et doivent agir les uns envers les autres dans un esprit de fraternité.",
    "es": "Todos los seres humanos nacen libres e iguales en dignidad y derechos y, dotados como están de razón y"
    " conciencia, deben comportarse fraternalmente los unos con los otros.",
    "it": "Tutti gli esseri umani nascono liberi ed eguali in dignità e diritti. Essi sono dotati di ragione e di"
    " coscienza e devono agire gli uni verso gli altri in spirito di fratellanza.",
    "pt": "Todos os seres humanos nascem livres e iguais em dignidade e em direitos. Dotados de razão e de consciência,"
    " devem agir uns para com os outros em espírito de fraternidade.",
    "nl": "Alle mensen worden vrij en gelijk in waardigheid en rechten geboren. Zij zijn begiftigd met verstand en"
    " geweten, en behoren zich jegens elkander in een geest van broederschap te gedragen.",
    "sv": "Alla människor är födda fria och lika i värde och rättigheter. De är utrustade med förnuft och samvete och"
    " bör handla gentemot varandra i en anda av broderskap.",
    "da": "Alle mennesker er født frie og lige i værdighed og rettigheder. De er udstyret med fornuft og samvittighed,"
    " og de bør handle mod hverandre i en broderskabets ånd.",
    "no": "Alle mennesker er født frie og med samme menneskeverd og menneskerettigheter. De er utstyrt med fornuft og"
    " samvittighet og bør handle mot hverandre i brorskapets ånd.",
    "pl": "Wszyscy ludzie rodzą się wolni i równi pod względem swej godności i swych praw. Są oni obdarzeni rozumem i"
    " sumieniem i powinni postępować wobec innych w duchu braterstwa.",
    "cs": "Všichni lidé rodí se svobodní a sobě rovní co do důstojnosti a práv. Jsou nadáni rozumem a svědomím a mají"
    " spolu jednat v duchu bratrství. Každý má právo na život, svobodu a osobní bezpečnost.",
    "fi": "Kaikki ihmiset syntyvät vapaina ja tasavertaisina arvoltaan ja oikeuksiltaan. Heille on annettu järki ja"
    " omatunto, ja heidän on toimittava toisiaan kohtaan veljeyden hengessä. Kullakin yksilöllä on oikeus elämään,"
    " vapauteen ja henkilökohtaiseen turvallisuuteen.",
    "hu": "Minden emberi lény szabadon születik és egyenlő méltósága és joga van. Az emberek, ésszel és lelkiismerettel"
    " bírván, egymással szemben testvéri szellemben kell hogy viseltessenek. Minden személynek joga van az élethez, a"
    " szabadsághoz és a személyi biztonsághoz.",
    "tr": "Bütün insanlar hür, haysiyet ve haklar bakımından eşit doğarlar. Akıl ve vicdana sahiptirler ve"
    " birbirlerine karşı kardeşlik zihniyeti ile hareket etmelidirler. Yaşamak, hürriyet ve kişi emniyeti her ferdin"
    " hakkıdır.",
    "id": "Semua orang dilahirkan merdeka dan mempunyai martabat dan hak-hak yang sama. Mereka dikaruniai akal dan hati"
    " nurani dan hendaknya bergaul satu sama lain dalam semangat persaudaraan. Setiap orang berhak atas kehidupan,"
    " kebebasan dan keselamatan sebagai individu.",
    "vi": "Tất cả mọi người sinh ra đều được tự do và bình đẳng về nhân phẩm và quyền. Mọi con người đều được tạo hóa"
    " ban cho lý trí và lương tâm và cần phải đối xử với nhau trong tình bằng hữu.",
    "ru": "Все люди рождаются свободными и равными в своем достоинстве и правах. Они наделены разумом и совестью и"
    " должны поступать в отношении друг друга в духе братства.",
    "el": "Όλοι οι άνθρωποι γεννιούνται ελεύθεροι και ίσοι στην αξιοπρέπεια και τα δικαιώματα.",
    "ja": "すべての人間は、生まれながらにして自由であり、かつ、尊厳と権利とについて平等である。",
    "zh": "人人生而自由，在尊严和权利上一律平等。他们赋有理性和良心，并应以兄弟关系的精神相对待。",
    "ko": "모든 인간은 태어날 때부터 자유로우며 그 존엄과 권리에 있어 동등하다.",
    "ar": "يولد جميع الناس أحرارا متساوين في الكرامة والحقوق.",
    "he": "כל בני האדם נולדו בני חורין ושווים בערכם ובזכויותיהם.",
    "hi": "सभी मनुष्यों को गौरव और अधिकारों के मामले में जन्मजात स्वतन्त्रता और समानता प्राप्त है।",
    "th": "มนุษย์ทั้งหลายเกิดมามีอิสระและเสมอภาคกันในเกียรติศักดิ์และสิทธิ",
}
ONE_TO_US = ({"da", "no"},)


@pytest.mark.parametrize("lang", ARTICLE_1)
def test_a_text_is_known_for_its_own_language(lang: str) -> None:
    assert is_written_in(ARTICLE_1[lang], lang)


@pytest.mark.parametrize("lang", ARTICLE_1)
def test_a_text_is_not_taken_for_another_language(lang: str) -> None:
    others = [
        other
        for other in ARTICLE_1
        if other != lang and {lang, other} not in ONE_TO_US and is_written_in(ARTICLE_1[lang], other)
    ]
    assert others == []


@pytest.mark.parametrize("lang", sorted(LANGUAGES))
def test_english_is_not_taken_for_any_other_language(lang: str) -> None:
    assert is_written_in(ARTICLE_1["en"], lang) == (lang == "en")


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("SPADE は LLM と Transformer を用いて GPU 上で 40 回の試験により薬を探す新しい方法を提案する。", "ja"),
        ("SPADE 在 GPU 上使用 Transformer 进行药物筛选，平均只需要四十次测试。", "zh"),
        ("Метод SPADE использует Transformer и LLM для отбора лигандов.", "ru"),
    ],
)
def test_latin_names_in_a_text_of_another_script_do_not_matter(text: str, lang: str) -> None:
    assert is_written_in(text, lang)
    assert not is_written_in(text, "en")


@pytest.mark.parametrize("text", ["", "SPADE", "…", "12 %"])
def test_what_says_too_little_may_be_any_language(text: str) -> None:
    assert all(is_written_in(text, lang) for lang in LANGUAGES)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("german", "de"), ("Deutsch", "de"), ("DE", "de"), ("de-AT", "de"), ("ger", "de"), ("german language", "de"),
        ("français", "fr"), ("jp", "ja"), ("日本語", "ja"), ("zh_CN", "zh"), ("Русский", "ru"), ("farsi", "fa"),
    ],
)  # fmt: skip
def test_a_language_is_known_by_its_code_and_its_names(said: str, meant: str) -> None:
    assert named_language(said) == meant


@pytest.mark.parametrize(("said", "nearest"), [("frnch", "fr"), ("deutch", "de"), ("spainish", "es"), ("xx", "en")])
def test_what_is_no_language_is_taken_for_the_nearest_or_else_for_english(said: str, nearest: str) -> None:
    assert named_language(said) is None
    assert nearest_language(said) == nearest


@pytest.mark.parametrize("said", ["", " ", "klingon", "🙂", "\ud800", "x" * 10_000])
def test_anything_at_all_has_a_nearest_language(said: str) -> None:
    assert nearest_language(said) in LANGUAGES


def test_one_long_sentence_of_names_is_still_in_its_language():
    said = (
        "Tasks cover paired scRNA/TCR sequencing, RNA and chromatin profiling, cross-species transcriptomics,"
        " combinatorial scRNA-seq, single-nucleus RNA-seq, immune repertoires, ortholog maps, ligand--receptor"
        " resources, validation evidence."
    )
    assert is_written_in(said, "en")
