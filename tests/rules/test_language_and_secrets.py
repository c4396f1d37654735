from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.doubles.trips import call, calls, reply, result, results, user
from toolace_mt.rules import RULES, Reading
from toolace_mt.types import Dialogue, Finding, Turn

ENGLISH = "Please tell me where the parcel is that I have been waiting for since the first of May."
SPANISH = (
    "Su pedido está en camino y llega con el correo de la mañana, pero las otras cosas no están listas para usted."
)
CHINESE = "您的订单已经发货，预计明天送达。"
RUSSIAN = "Ваш заказ отправлен и будет доставлен завтра утром."


def found(rule: str, *turns: Turn, system: str = "") -> list[Finding]:
    return RULES[rule](Reading(Dialogue(id="x", tools=(), turns=turns, system=system)))


class TestLanguageSwitch:
    @pytest.mark.parametrize(("asked", "answered"), [(ENGLISH, CHINESE), (ENGLISH, RUSSIAN), (CHINESE, ENGLISH)])
    def test_another_script(self, asked: str, answered: str) -> None:
        assert [f.severity for f in found("language-switch", user(asked), reply(answered))] == ["error"]

    def test_another_language(self) -> None:
        assert [f.severity for f in found("language-switch", user(ENGLISH), reply(SPANISH))] == ["error"]
        assert [f.turn for f in found("language-switch", user(SPANISH), reply(ENGLISH))] == [1]

    @pytest.mark.parametrize(
        "answered",
        [
            "Here is what came back: IB6651.",
            "There is one flight on that day, it leaves Madrid in the morning: IB6651.",
        ],
    )
    def test_english_replies_to_users_who_write_none(self, answered: str) -> None:
        asked = user("Hola, ¿qué vuelos hay de Madrid a Lima el 14 de julio?")

        assert [f.severity for f in found("language-switch", asked, reply(answered))] == ["error"]
        assert found("language-switch", asked, reply("Vuelo IB6651, Madrid - Lima: The Best of You.")) == []
        assert found("language-switch", asked, user("Dígamelo en inglés, por favor."), reply(answered)) == []
        assert found("language-switch", asked, user("Please tell me what there is."), reply(answered)) == []

    @pytest.mark.parametrize(
        "answered",
        [
            "Su pedido ya está en camino, y lo recibirá hoy. ¿Hay algo más?",
            "Ihre Bestellung ist auf dem Weg, und sie wird noch heute bei Ihnen sein.",
            "Votre commande est en route, et vous pouvez la suivre avec ce lien.",
        ],
    )
    def test_short_replies_in_another_language(self, answered: str) -> None:
        assert [f.severity for f in found("language-switch", user(ENGLISH), reply(answered))] == ["error"]
        assert found("language-switch", user(answered), reply(answered)) == []

    @pytest.mark.parametrize(
        ("turns", "odd"),
        [
            ((user(ENGLISH), reply(ENGLISH), user(CHINESE), reply(ENGLISH)), [2]),
            ((user(CHINESE), reply(CHINESE), user("Now book it for two."), reply(ENGLISH), user(ENGLISH)), [0, 1]),
            ((user(RUSSIAN), reply(RUSSIAN), user(RUSSIAN), reply(CHINESE)), [3]),
            ((user(ENGLISH), calls(call("a", "find")).model_copy(update={"text": CHINESE}), reply(ENGLISH)), [1]),
            ((user(CHINESE), reply("iPhone 15 Pro Max 的价格是 9999 元。"), user("谢谢"), reply("OK!")), []),
            ((user(ENGLISH), reply(ENGLISH), user("How do they say that in Chinese?"), reply(CHINESE)), []),
        ],
    )
    def test_a_planned_dialogue_is_in_one_script(self, turns: tuple[Turn, ...], odd: list[int]) -> None:
        dialogue = Dialogue(id="x", tools=(), turns=turns)
        findings = RULES["language-switch"](Reading(dialogue, recorded=False))

        assert [(f.turn, f.severity) for f in findings] == [(index, "error") for index in odd]

    @pytest.mark.parametrize("tongue", ["Ukrainian", "Bulgarian", "Persian", "Cantonese"])
    def test_any_language_may_be_asked_for(self, tongue: str) -> None:
        asked = f"{ENGLISH} How would I say that in {tongue}?"
        assert found("language-switch", user(asked), reply(RUSSIAN)) == []

    def test_names_are_in_any_language(self) -> None:
        names = "La Casa de las Flores, El Camino Real, Los Gatos. De La Cruz, Por Favor Y Mas."

        assert found("language-switch", user(ENGLISH), reply(names)) == []

    def test_a_user_who_switches(self) -> None:
        turns = (user(ENGLISH), reply("It is on its way."), user(CHINESE), reply(CHINESE))

        assert {f.severity for f in found("language-switch", *turns)} <= {"warning"}

    @pytest.mark.parametrize(
        ("asked", "answered"),
        [
            (ENGLISH, ENGLISH),
            (CHINESE, CHINESE),
            ("Translate 'your parcel has been sent' into Chinese, please.", CHINESE),
            (ENGLISH, f'The note says "{CHINESE}", and nothing else is there.'),
            ("请问 iPhone 的价格？", "iPhone 15 Pro Max 256GB 的价格是 9999 元。"),
            (ENGLISH, "It is in the café “Zoë” – at 5 o’clock. 🙂"),
        ],
    )
    def test_no_switch(self, asked: str, answered: str) -> None:
        assert found("language-switch", user(asked), reply(answered)) == []

    def test_a_system_prompt_may_ask_for_it(self) -> None:
        assert found("language-switch", user(ENGLISH), reply(CHINESE), system="Always answer in Chinese.") == []


# Put together here, so that no scanner takes this file for a leak.
SECRETS = {
    "API key": "sk-" + "proj-a8Fk2LmQ9xTz4RvB7nWc",
    "GitHub token": "ghp_" + "a8Fk2LmQ9xTz4RvB7nWcY1sDfG3hJk5LpO0i",
    "AWS access key": "AKIA" + "Q3EGRIZ5LXJ7UHTV",
    "Slack token": "xoxb-" + "2918374650-Kd83jsLq9dkWm2",
    "JSON web token": "eyJ" + "hbGciOiJIUzI1NiJ9.eyJ" + "zdWIiOiI4MjcxIn0.Kd83jsLq9dkWm2xT",
    "private key": "-----BEGIN RSA " + "PRIVATE KEY-----",
    "card number": "4539 5787 " + "6362 1486",
}
PERSONAL = {
    "e-mail address": "ada.lovelace@" + "gmail.com",
    "phone number": "(415) 774-2671",
    "social security number": "536-22-" + "8713",
    "IBAN": "DE89 3704 0044 " + "0532 0130 00",
}


class TestSecrets:
    @pytest.mark.parametrize("what", SECRETS)
    def test_one_of_each_kind_wherever_it_stands(self, what: str) -> None:
        value = SECRETS[what]
        called = (calls(call("a", "f", x=value)), results(result("a", "f", value)))

        for turns, turn in (
            ((user(f"It is {value}."),), 0),
            ((user("Hi"), *called), 1),
            ((user(f"é {value} {value}"),), 0),
        ):
            (finding,) = found("secrets", *turns)
            assert (finding.severity, finding.turn) == ("warning", turn)
            assert what in finding.detail
            assert value not in finding.detail

    @pytest.mark.parametrize("what", PERSONAL)
    def test_personal_data(self, what: str) -> None:
        (finding,) = found("personal-data", user(f"It is {PERSONAL[what]}."))

        assert what in finding.detail
        assert found("secrets", user(f"It is {PERSONAL[what]}.")) == []

    @pytest.mark.parametrize(
        "text",
        [
            "4242 4242 4242 4242 and 4539578763621487, order 4539578763621480",
            "sk-your-api-key-goes-here-example, update_reservation_passengers_now",
            "ada@example.com, ada@company.org, @gmail",
            "415-555-2671, 000-12-3456, 2024-05-15 15:00:00, 1234567890",
            "DE89 3704 0044 0532 0130 01, HAT266 on 2024-05-15",
        ],
    )
    def test_examples_and_other_numbers(self, text: str) -> None:
        assert found("secrets", user(text)) == []
        assert found("personal-data", user(text)) == []

    def test_a_system_prompt_has_no_turn(self) -> None:
        assert [f.turn for f in found("secrets", user("Hi"), system=SECRETS["API key"])] == [None]

    @settings(max_examples=50, deadline=None)
    @given(st.text(alphabet="0123456789 -+@.skAKIAeyJé\ud800", max_size=200))
    def test_odd_texts_do_no_harm(self, text: str) -> None:
        found("secrets", user(text))
        found("personal-data", user(text))
        found("language-switch", user(text), reply(text[::-1]))
