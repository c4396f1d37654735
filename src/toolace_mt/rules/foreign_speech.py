"""What assistants and users say in other languages than English: refusals, deeds that are claimed, offers of help.

Only whole phrases that leave no doubt, of Chinese, Spanish, French, German, Portuguese, Japanese, Korean and Russian.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

# The whole of a reply that turns something down without a word of why.
CANNED_REFUSAL = re.compile(
    r"\s*(?:"
    r"lo siento[,.]? (?:pero )?no puedo (?:ayudar(?:te|le|lo|la)?|asistir(?:te|le)?)(?: con (?:eso|esto|"
    r"esa solicitud|esta solicitud))?"
    r"|(?:je suis )?d[ée]sol[ée]e?[,.]? (?:mais )?je ne (?:peux|suis) pas (?:en mesure de )?(?:vous |"
    r"t['’])?aider(?: (?:avec (?:cela|ça)|à ce sujet))?"
    r"|(?:es )?tut mir leid[,.]? (?:aber )?(?:ich kann |dabei kann ich |da kann ich )(?:Ihnen |dir )?(?:dabei |"
    r"damit |hierbei |leider )?(?:nicht|leider nicht) (?:weiter)?helfen"
    r"|(?:sinto muito|desculpe|lamento)[,.]? (?:mas )?(?:eu )?não (?:posso|consigo) (?:te |lhe )?ajudar(?:-lo|"
    r"-la)?(?: com (?:isso|essa solicitação))?"
    r"|申し訳(?:ありません|ございません)が?[、。]?(?:その|この)?(?:ご依頼|ご要望|リクエスト)?(?:に|は|"
    r"には)?(?:お手伝い|お答え|対応|お応え)(?:することは|することが)?でき(?:ません|かねます)"
    r"|죄송(?:합니다|하지만)[,.]?\s?(?:만 )?(?:그 |해당 )?(?:요청(?:을|은)? ?)?(?:도와드릴 수|처리할 수|"
    r"도움을 드릴 수)(?:가)? 없습니다"
    r"|(?:извините|к сожалению|простите)[,.]? (?:но )?я не могу (?:вам )?(?:с этим )?помочь(?: с этим)?"
    r")\s*[.!。]?\s*",
    re.IGNORECASE,
)
# A reply with any of these says, or may say, that something is not as it should be.
ADMITS = re.compile(
    r"\b(?:no|not|sin|ning[uú]n\w*|lamentablemente|error\w*|problem\w*|não|nenhum\w*|infelizmente|erro|non|ne|pas|"
    r"aucun\w*|"
    r"malheureusement|erreur\w*|probl[eè]me\w*|échou\w*|impossible|nicht|kein\w*|leider|fehl\w*|unbekannt|не|нет|"
    r"нельзя|ошибк\w*|"
    r"к сожалению|недоступ\w*|fall[oó]\w*|falhou)\b|\bn['’]|不|没|無|无|未|抱歉|失败|错误|ません|なかっ|エラー|"
    r"失敗|못|않|없|안 |오류|실패|죄송|"
    r"لم|لا |لن|خطأ|عذر|للأسف|تعذر|नहीं|त्रुटि|क्षमा|माफ़|[?？؟]",
    re.IGNORECASE,
)
_ENGLISH_DEEDS = {
    "book": "预订|预约|预定|订好|reservado|agendado|programado|réservé|planifié|gebucht|reserviert|reservei|"
    "agendei|予約|예약|"
    "забронировал|записал",
    "cancel": "取消|删除|cancelado|anulado|eliminado|annulé|supprimé|storniert|gelöscht|cancelei|excluí|"
    "キャンセル|削除|취소|삭제|"
    "отменил|удалил",
    "send": "发送|发出|enviado|mandado|envoyé|gesendet|geschickt|verschickt|enviei|mandei|送信|전송|발송|отправил",
    "change": "修改|更改|更新|actualizado|cambiado|modificado|modifié|changé|geändert|aktualisiert|verschoben|"
    "atualizei|alterei|"
    "変更|更新|변경|수정|изменил|обновил",
    "create": "创建|添加|设置|提交|creado|añadido|agregado|registrado|créé|ajouté|enregistré|erstellt|angelegt|"
    "hinzugefügt|eingetragen|"
    "criei|adicionei|作成|追加|登録|추가|등록|создал|добавил",
    "pay": "转账|支付|退款|pagado|transferido|reembolsado|payé|viré|remboursé|überwiesen|bezahlt|erstattet|paguei|"
    "transferi|振込|振り込み|"
    "送金|이체|결제|환불|перевёл|перевел|оплатил",
}
_DEED_OF = {word: deed for deed, words in _ENGLISH_DEEDS.items() for word in words.split("|")}
_OF = {
    script: "|".join(sorted((word for word in _DEED_OF if re.fullmatch(signs, word)), key=len, reverse=True))
    for script, signs in {
        "chinese": "[\u4e00-\u9fff]+",
        "japanese": "[\u3040-\u30ff\u4e00-\u9fff]+",
        "korean": "[\uac00-\ud7a3]+",
        "russian": "[\u0430-\u0451]+",
        "latin": "[a-zà-ÿ]+",
    }.items()
}
# The assistant says of itself that it has done it.
_CLAIMS = re.compile(
    rf"已(?:经)?(?:成功)?(?:为|帮|替|给)(?:您|你)(?:成功)?(?P<zh>{_OF['chinese']})"
    rf"|(?P<ja>{_OF['japanese']})(?:を|が)?(?:いた)?(?:しました|完了しました|完了いたしました)"
    rf"|(?P<ko>{_OF['korean']})(?:을|를)?\s?(?:해 드렸습니다|했습니다|완료했습니다|하였습니다)"
    rf"|(?<!\w)я (?:уже )?(?P<ru>{_OF['russian']})[аи]?(?!\w)"
    rf"|(?<!\w)(?:ya )?(?:he|hemos) (?P<es>{_OF['latin']})(?!\w)"
    rf"|(?<!\w)j['’]ai (?:bien |déjà )?(?P<fr>{_OF['latin']})e?s?(?!\w)"
    rf"|(?<!\w)(?:ich habe|habe ich) [^.!?\n:;]{{0,80}}?(?<!\w)(?P<de>{_OF['latin']})(?!\w)"
    r"|(?<!\w)(?P<pt>reservei|agendei|cancelei|excluí|enviei|mandei|atualizei|alterei|criei|adicionei|paguei|"
    r"transferi)(?!\w)",
    re.IGNORECASE,
)
# In a sentence with one of these, nothing is said to be done.
_UNREAL = re.compile(
    r"如果|若|一旦|是否|之后|以后|吗|不|没|未|[?？]|(?<!\w)(?:si|sí no|cuando|una vez|no|nunca|quand|une fois|"
    r"lorsque|pas|wenn|falls|"
    r"sobald|nicht|nie|se|quando|assim que|não|если|когда|как только|не)(?!\w)|\bn['’]|もし|場合|たら|れば|ない|"
    r"ません|면|경우|않|못|안 ",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.!?](?=\s|\Z)|[。！？\n]")
_SENTENCE = 400
_LONGEST = 20_000

# What only an assistant says.
OFFERS = re.compile(
    r"(?<!\w)(?:¿?en qué (?:puedo|podemos) ayudar(?:te|le|los|lo)?|hay algo más en lo que pueda ayudar(?:te|le)?"
    r"|comment puis-je (?:vous|t['’])\s?aider|puis-je vous aider|wie kann ich (?:ihnen|dir) (?:weiter)?helfen"
    r"|kann ich (?:ihnen|dir) sonst noch|como posso (?:te |lhe )?ajudar|posso ajudar (?:em|com) mais|"
    r"чем (?:я )?могу (?:вам )?помочь"
    r"|могу (?:ли )?я (?:ещё |еще )?(?:чем-нибудь |чем-то )?(?:ещё |еще )?(?:вам )?помочь)(?!\w)"
    r"|他にご用件|お手伝いできることは(?:ございますか|ありますか)|무엇을 도와\s?드릴까요|더 도와\s?드릴",
    re.IGNORECASE,
)


def foreign_claims(text: str) -> Iterator[tuple[str, str, str]]:
    """(the deed as `deeds` names it, its word, the words that say so) of what a text in another language says was done."""
    text = text[:_LONGEST]
    for found in _CLAIMS.finditer(text):
        lead = text[max(0, found.start() - _SENTENCE) : found.start()]
        opening = max((end.end() for end in _SENTENCE_END.finditer(lead)), default=0)
        closing = _SENTENCE_END.search(text, found.end(), found.end() + _SENTENCE)
        sentence = lead[opening:] + text[found.start() : closing.end() if closing else found.end()]
        word = next(word for word in found.groups() if word).lower()
        if not _UNREAL.search(sentence) and word in _DEED_OF:
            yield _DEED_OF[word], word, found.group()
