"""Reactions: Slack's short names ↔ the emoji that our messages keep. Names without a row are Unicode's own, underscored."""

import re
import unicodedata

_TABLE = """
+1 👍|thumbsup 👍|-1 👎|thumbsdown 👎|heart ❤️|tada 🎉|rocket 🚀|eyes 👀|fire 🔥|100 💯|pray 🙏|clap 👏
wave 👋|ok_hand 👌|raised_hands 🙌|muscle 💪|point_up ☝️|point_right 👉|point_left 👈|point_down 👇
handshake 🤝|v ✌️|fist ✊|facepunch 👊|white_check_mark ✅|heavy_check_mark ✔️
ballot_box_with_check ☑️|x ❌|negative_squared_cross_mark ❎|warning ⚠️|no_entry ⛔
no_entry_sign 🚫|octagonal_sign 🛑|rotating_light 🚨|question ❓|exclamation ❗
heavy_exclamation_mark ❗|bangbang ‼️|heavy_plus_sign ➕|heavy_minus_sign ➖|zap ⚡|star ⭐|star2 🌟
sparkles ✨|boom 💥|bulb 💡|bell 🔔|no_bell 🔕|lock 🔒|unlock 🔓|key 🔑|smile 😄|smiley 😃|grinning 😀
grin 😁|joy 😂|rofl 🤣|laughing 😆|satisfied 😆|sweat_smile 😅|blush 😊|innocent 😇|wink 😉|heart_eyes 😍
kissing_heart 😘|yum 😋|stuck_out_tongue 😛|sunglasses 😎|smirk 😏|unamused 😒|disappointed 😞
worried 😟|cry 😢|sob 😭|angry 😠|rage 😡|scream 😱|fearful 😨|flushed 😳|sleeping 😴|sleepy 😪
thinking_face 🤔|thinking 🤔|neutral_face 😐|expressionless 😑|no_mouth 😶|face_with_rolling_eyes 🙄
hugging_face 🤗|hugs 🤗|nerd_face 🤓|zipper_mouth_face 🤐|mask 😷|partying_face 🥳
slightly_smiling_face 🙂|upside_down_face 🙃|relieved 😌|pensive 😔|confused 😕|exploding_head 🤯
melting_face 🫠|saluting_face 🫡|skull 💀|ghost 👻|alien 👽|robot_face 🤖|hankey 💩|poop 💩
see_no_evil 🙈|hear_no_evil 🙉|speak_no_evil 🙊|shrug 🤷|facepalm 🤦|broken_heart 💔|two_hearts 💕
blue_heart 💙|green_heart 💚|yellow_heart 💛|purple_heart 💜|orange_heart 🧡|black_heart 🖤|bug 🐛
turtle 🐢|snail 🐌|cat 🐱|dog 🐶|penguin 🐧|whale 🐳|octopus 🐙|unicorn_face 🦄|sunny ☀️|cloud ☁️
snowflake ❄️|rainbow 🌈|umbrella ☔|coffee ☕|tea 🍵|beer 🍺|beers 🍻|wine_glass 🍷|champagne 🍾
pizza 🍕|hamburger 🍔|cake 🍰|birthday 🎂|apple 🍎|doughnut 🍩|popcorn 🍿|trophy 🏆|medal 🏅
first_place_medal 🥇|gift 🎁|balloon 🎈|confetti_ball 🎊|dart 🎯|gem 💎|crown 👑|moneybag 💰|dollar 💵
credit_card 💳|calendar 📅|date 📅|spiral_calendar_pad 🗓️|clock1 🕐|hourglass ⌛
hourglass_flowing_sand ⏳|alarm_clock ⏰|stopwatch ⏱️|timer_clock ⏲️|memo 📝|pencil 📝|pencil2 ✏️
clipboard 📋|pushpin 📌|round_pushpin 📍|paperclip 📎|link 🔗|scissors ✂️|bookmark 🔖|book 📖|books 📚
computer 💻|keyboard ⌨️|phone ☎️|telephone ☎️|iphone 📱|email ✉️|envelope ✉️|inbox_tray 📥
outbox_tray 📤|package 📦|mailbox 📫|mag 🔍|mag_right 🔎|wrench 🔧|hammer 🔨|hammer_and_wrench 🛠️
gear ⚙️|nut_and_bolt 🔩|construction 🚧|recycle ♻️|electric_plug 🔌|chart_with_upwards_trend 📈
chart_with_downwards_trend 📉|bar_chart 📊|ship 🚢|car 🚗|airplane ✈️|truck 🚚|ambulance 🚑|house 🏠
office 🏢|arrow_up ⬆️|arrow_down ⬇️|arrow_left ⬅️|arrow_right ➡️|arrows_counterclockwise 🔄
leftwards_arrow_with_hook ↩️|back 🔙|soon 🔜|new 🆕|ok 🆗|sos 🆘|information_source ℹ️|red_circle 🔴
large_blue_circle 🔵|large_green_circle 🟢|large_yellow_circle 🟡|white_circle ⚪|black_circle ⚫
one 1️⃣|two 2️⃣|three 3️⃣|four 4️⃣|five 5️⃣|six 6️⃣|seven 7️⃣|eight 8️⃣|nine 9️⃣|zero 0️⃣
keycap_ten 🔟|checkered_flag 🏁|triangular_flag_on_post 🚩|speech_balloon 💬|thought_balloon 💭
loudspeaker 📢|mega 📣|mute 🔇|microphone 🎤|headphones 🎧|musical_note 🎵|movie_camera 🎥|camera 📷
"""
_EMOJI = dict(each.split(" ") for line in _TABLE.strip().splitlines() for each in line.split("|"))
_NAMES: dict[str, str] = {}
for _name, _emoji in _EMOJI.items():
    _NAMES.setdefault(_emoji, _name)
    _NAMES.setdefault(_emoji.replace("\ufe0f", ""), _name)
_TONE = re.compile(r"::skin-tone-[2-6]\Z")
_WORD = re.compile(r"[a-z0-9_+-]{1,60}")


def emoji_of(name: str) -> str:
    """The emoji of a short name, with or without colons; an emoji is its own. "" when there is none of that name."""
    bare = _TONE.sub("", name.strip().strip(":"))
    if bare in _EMOJI:
        return _EMOJI[bare]
    if not _WORD.fullmatch(bare):
        return bare if bare and not bare.isascii() else ""
    try:
        found = unicodedata.lookup(bare.replace("_", " "))
    except KeyError:
        return ""
    return found if unicodedata.category(found) == "So" else ""


def name_of(emoji: str) -> str:
    """The short name of an emoji, as Slack's clients and bots compare it."""
    known = _NAMES.get(emoji) or _NAMES.get(emoji.replace("\ufe0f", ""))
    if known:
        return known
    spelled = (unicodedata.name(each, "") for each in emoji if each not in "\ufe0f\u200d")
    return re.sub(r"[^a-z0-9]+", "_", next(filter(None, spelled), "emoji").lower()).strip("_")
