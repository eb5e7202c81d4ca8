"""LaTeX comes out as what a reader would see, and never gets worse than it was."""

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.latex.run import faults
from bot.domain.text.latex import LONGEST, draw
from support.recorded_corpus import CORPUS_MISSING, corpus_records


@pytest.mark.parametrize(
    ("typed", "drawn"),
    [
        (r"$\alpha$-Fairness", "α-Fairness"),
        (r"R$^2$CLIP and H$_2$O at 360$^\circ$", "R²CLIP and H₂O at 360°"),
        (r"P\textsuperscript{2}-DPO", "P²-DPO"),
        (r"$O(n^{k+1})$ in $\mathbb R^{d}$", "O(n^(k+1)) in ℝ^d"),
        (r"$10^{-5}$", "10⁻⁵"),
        (r"$\frac{a+1}{\sqrt{2}}$, $\frac12$", "(a+1)/√2, 1/2"),
        (r"$\left(\frac{\alpha}{\beta_{i}}\right)$", "(α/βᵢ)"),
        (r"$Ξ^0\toΛ+ \text{invisible}$ decay", "Ξ⁰→Λ+ invisible decay"),
        (r"$B\bar B$ and $\tilde{x}$", "BB̄ and x̃"),
        (r"$\mathcal{L}_m$, $\mathbf{x}$, $\boldsymbol{pp}$", "L_m, x, pp"),
        (r"\(x \geq 5\) and \[y \neq 2\]", "x ≥ 5 and y ≠ 2"),
        (r"\emph{DRIFT}: {\bf bold}, \texttt{YC-Bench}", "DRIFT: bold, YC-Bench"),
        (r"\emph{$x$ within} words", "x within words"),
        (r"\url{https://a.b/~c_d} and \href{https://a.b}{here}", "https://a.b/~c_d and here (https://a.b)"),
        (r"a ``quoted'' word", "a “quoted” word"),
        (r"A \& B, 50\% of \$5, a\_b, \{x\}, \#1", "A & B, 50% of $5, a_b, {x}, #1"),
        (r"see~Fig.~1 by Smith et~al.", "see Fig. 1 by Smith et al."),
        (r"as shown~\cite{smith2020}", "as shown "),
        (r"Dr.~RTL: Call\,Recording", "Dr. RTL: Call Recording"),
        (r"\unknown{kept} and \OurMethod is good", "kept and OurMethod is good"),
    ],
)
def test_latex_is_drawn(typed, drawn):
    assert draw(typed) == drawn


@pytest.mark.parametrize(
    ("typed", "drawn"),
    [
        (r"$\Lambda\mathrm{CDM}$", "ΛCDM"),
        (r"$\mathsf{P}\neq\mathsf{NP}$", "P≠NP"),
        (r"$x\in\mathcal{X}$", "x∈X"),
        (r"$10\,\mu\mathrm{as}$", "10 μas"),
        (r"$\alpha\hat x$", "αx̂"),
        (r"$\Omega_\mathrm{m}h^2$, $\Delta\mathrm{SCF}$", "Ω_m h², ΔSCF"),
        (r"$\mathbf\Phi$ and $\mathcal O(n)$", "Φ and O(n)"),
        (r"$\mu\mathrm{Jy}$, $\ell\mathbf{x}$, $A\subseteq\mathbb{N}$", "μJy, ℓx, A⊆ℕ"),
        (r"$\forall\epsilon>0\,\exists\delta$, $\nabla\cdot\mathbf{B}$", "∀ϵ>0 ∃δ, ∇·B"),
        (r"$\upalpha$, $\uppi^0$, 5\,\textmu m at 3\textdegree C", "α, π⁰, 5 µm at 3°C"),
        (r"$\LambdaCDM$, $\alpha \beta$, $\Delta E$, $n\logK$", "ΛCDM, αβ, ΔE, n log K"),
    ],
)
def test_a_macro_ends_where_the_next_begins(typed, drawn):
    assert draw(typed) == drawn


@pytest.mark.parametrize(
    ("typed", "drawn"),
    [
        (r"$\nu\bar\nu$", "νν̄"),
        (r"$\hat\theta$", "θ̂"),
        (r"$\bar{\nu}$", "ν̄"),
        (r"$\overrightarrow{p}$", "p⃗"),
        (r"$\bar{QCD}$", "Q̅C̅D̅"),
        (r"$\tilde{\mathcal O}(n)$, $\widehat{\mathsf D}$", "Õ(n), D̂"),
        (r"$\vec{\mathbf{k}}$, $\ddot x$, $\dot{\gamma}$", "k⃗, ẍ, γ̇"),
        (r"$\not\!\!E_T$, $\not\! p$", "E̸_T, p̸"),
        (r"$\tilde\chi^0_1$, $\hat{\boldsymbol{\beta}}$, $\bar{B}^0_s\to\bar D$", "χ̃⁰₁, β̂, B̄⁰_s→D̄"),
        (r"$\bar{\rm p}$, $\bar{\mathbf{3}}$, $\overline{B}{}^0$, $\vec{\nabla}$", "p̄, 3̄, B̄⁰, ∇⃗"),
        (r"$\overline{\rm MS}$, $t\bar tH$, $x\not\in A$", "M̅S̅, tt̄H, x∉A"),
    ],
)
def test_an_accent_stands_over_whatever_it_is_put_over(typed, drawn):
    assert draw(typed) == unicodedata.normalize("NFC", drawn)


@pytest.mark.parametrize(
    ("typed", "drawn"),
    [
        (r"$\frac1T\sum$", "1/T∑"),
        (r"$\frac\rho\sigma$", "ρ/σ"),
        (r"$T_\text{c}$", "T_c"),
        (r"$W_\mathrm{base}$", "W_base"),
        (r"M$^\text{4}$World", "M⁴World"),
        (r"$\sqrt\alpha$, $\sqrt[3]{x}$, $\binom n k$", "√α, ³√x, C(n, k)"),
        (r"$\prescript{14}{6}{C}$, $x_i^{(t)}$, $e^\frac{1}{2}$", "¹⁴₆C, xᵢ^(t), e^(1/2)"),
        (r"${n \brace k}$, ${a \atop b}$, $\dv{f}{x}$, $\pdv{f}{t}$", "S(n, k), a, b, df/dx, ∂f/∂t"),
        (r"$\abs{x}\le\norm{y}$, $\braket{a|b}$, $\mel{a}{H}{b}$", "|x|≤‖y‖, ⟨a|b⟩, ⟨a|H|b⟩"),
        (r"$\begin{pmatrix}a&b\\c&d\end{pmatrix}$", "a b c d"),
        (r"${a+b \over c}$, ${n \choose k}$", "(a+b)/c, C(n, k)"),
        (r"$B_\mathrm{s}^0\to K^{*0}\mu^+\mu^-$", "B_s⁰→K*⁰μ⁺μ⁻"),
    ],
)
def test_an_argument_may_be_a_macro(typed, drawn):
    assert draw(typed) == drawn


@pytest.mark.parametrize(
    ("typed", "drawn"),
    [
        (r"$O(n\log n)$", "O(n log n)"),
        (r"$n/d\log(d)$", "n/d log(d)"),
        (r"$\sqrt{n\log\log n}$", "√(n log log n)"),
        (r"$\log^2n$, $-\log p$, $\min_\theta L$", "log² n, -log p, min_θ L"),
        (r"$n\operatorname{poly}(d)$, $a\bmod b$, $x\pmod n$", "n poly(d), a mod b, x (mod n)"),
        (r"$a \in\mathbb R$, $\{\pm 1, \pm i\}$, $\langle x,y \rangle$", "a ∈ ℝ, {±1, ±i}, ⟨x,y⟩"),
        (r"$D_sK_S^0$, $x_m y$", "D_s K_S⁰, x_m y"),
    ],
)
def test_operators_have_the_spaces_that_a_reader_needs(typed, drawn):
    assert draw(typed) == drawn


@pytest.mark.parametrize(
    ("typed", "drawn"),
    [
        (r"\method{} beats \method\ by {\bf 5}", "method beats method by 5"),
        (r"1\unicode{x2013}2 \c{opyright} 2026", "1–2 © 2026"),
        (r"\SI{10}{\micro\meter} of \ce{CO2}", "10 μm of CO₂"),
        (r"data.\footnote{At \url{https://a.b/c_d}.}", "data. (At https://a.b/c_d.)"),
        (r"\href{https://a.b/c}{a.b/c}", "https://a.b/c"),
        (r"\href{https://a.b}{https://a.b} and \textcolor{red}{this}", "https://a.b and this"),
        (r"more than $>$1k or $+$5.03, and we don\'t", "more than >1k or +5.03, and we don't"),
        (r"Ly{\ensuremath{\alpha}}, H$_2$O, $^{13}$CO", "Lyα, H₂O, ¹³CO"),
    ],
)
def test_what_authors_also_write_is_drawn(typed, drawn):
    assert draw(typed) == drawn


@pytest.mark.parametrize(
    ("typed", "drawn"),
    [
        (r"L\'evy, Ir\v{s}i\v{c}, Kara{\c c}ayl{\i}", "Lévy, Iršič, Karaçaylı"),
        (r"\O rsted, Mart{\'\i}nez, \AA ngstr\"om, stra\ss e", "Ørsted, Martínez, Ångström, straße"),
        (r"Paulo Andr\'e Lima", "Paulo André Lima"),
        (r"K. G\"odel", "K. Gödel"),
        (r"{\'E}va S\o rensen", "Éva Sørensen"),
        (r"\L{}ukasz \'{S}wi\k{a}tek", "Łukasz Świątek"),
        (r"Dvo\v{r}\'ak, Erd\H{o}s, Gar\c{c}\~ao", "Dvořák, Erdős, Garção"),
        (r"Mart\'{\i}n and Mart\'\in", "Martín and Martín"),
        (r"Jaume Gin\' e", "Jaume Giné"),
        (r"Tolúl\d{o}pé", "Tolúlọpé"),
        (r"I. Kova{č}ić and St\ütz", "I. Kovačić and Stütz"),
    ],
)
def test_names_are_drawn(typed, drawn):
    assert draw(typed) == drawn


@pytest.mark.parametrize(
    "typed",
    [
        "plain words, 100% of them",
        "It costs $5 and $10",
        "from $5 million to $10 million",
        "US$5, A$6",
        "accuracy rises by 5% % and more",
        "about ~5 times, ~/home and https://a.b/~gould",
        "foo_bar^2 & #1",
        "x < y > z",
        "$",
        "\\",
        "{}",
        "",
    ],
)
def test_what_is_no_latex_stays_as_it_is(typed):
    assert draw(typed) == typed


def test_prices_and_formulas_may_stand_side_by_side():
    assert draw(r"for $5 we get $\alpha$ and $n$") == "for $5 we get α and n"


def test_no_command_of_latex_is_obeyed():
    assert draw(r"\input{/etc/passwd}\today") == "/etc/passwdtoday"


@given(st.text(max_size=400) | st.text(alphabet="\\${}_^~%'\"`[]() acfrqst", max_size=400))
def test_nothing_raises_or_comes_out_empty(text):
    drawn = draw(text)

    assert bool(drawn.strip()) == bool(text.strip())
    assert len(drawn) <= 2 * LONGEST


@pytest.mark.parametrize(
    "hostile",
    [
        "{",
        "$",
        "\\",
        "\\frac",
        "\\frac{",
        "\\begin{a}",
        "\\emph{",
        "\\sqrt[",
        "\\'",
        "\\(",
        "^ ",
        "`",
        "{}",
        "\\a[",
        "$a",
        "\\hat",
        "$\\over",
        "\\url{",
        "$x_",
        "\\text{$",
        "\\footnote{",
        "$\\log ",
        "\\left",
        "\\[\\text{",
        "\\bar{\\bar{",
    ],
)
def test_hostile_text_takes_no_time(hostile):
    begun = time.process_time()

    drawn = draw(hostile * 30_000)

    assert drawn.strip()
    assert time.process_time() - begun < 2


@pytest.mark.skipif(bool(CORPUS_MISSING), reason=CORPUS_MISSING)
def test_every_recorded_title_is_drawn_without_a_trace_of_tex():
    titles = [str(record["title"]) for record in corpus_records()]

    drawn = [draw(title) for title in titles]

    assert all(title.strip() for title in drawn)
    assert sum(title != before for title, before in zip(drawn, titles, strict=True)) > 300
    assert not [title for title in drawn if "\\" in title or ("$" in title and not any(c.isdigit() for c in title))]
    assert not [title for typed, title in zip(titles, drawn, strict=True) if faults(typed, title)]


@pytest.mark.slow
@pytest.mark.skipif(bool(CORPUS_MISSING), reason=CORPUS_MISSING)
def test_every_recorded_abstract_and_comment_is_drawn():
    texts = [str(text or "") for record in corpus_records() for text in (record["summary"], record["comment"])]

    assert all(bool(draw(text).strip()) == bool(text.strip()) for text in texts)
    assert len([text for text in texts if "\\" in text and faults(text, draw(text))]) < 20
