"""Attributes that a question asks for by name, and the form in which a text would state them.

A place may speak of the very thing that is meant and still not say what is asked about it: a school's telephone
number, what a meal costs, who won. Coverage of words cannot tell; the form of the answer can.
"""

from __future__ import annotations

import re

ASKS_WHY = re.compile(r"(?<!因)为什么|为何|为啥|原因|凭什么|咋要|目的(是|何在)")

#: Name, how it is asked, and the form in which a text states it.
_ATTRIBUTES: tuple[tuple[str, re.Pattern[str], re.Pattern[str]], ...] = (
    (
        "联系方式",
        re.compile(r"电话|手机号|联系方式|热线|怎么联系|号码|联系谁|找谁(?!负责|管|牵头)|跟谁(联系|报名)"),
        re.compile(r"\d{3,4}[-—]?\d{7,8}|1\d{10}|12345"),
    ),
    (
        "网址",
        re.compile(
            r"网址|网站地址|哪个(网站|平台|小程序)上?(填|报|查|登|申请|办)|官网(?!挂|上|公)|链接|公众号|邮箱|微信号|QQ"
        ),
        re.compile(r"https?:|www\.|@"),
    ),
    (
        "地址",
        re.compile(
            r"地址|位于|(设|建|办)?在哪个(城市|省|国家|街道|镇)|(?<!差)(?<!同)(?<!别)(?<!写)(?<!说)在哪(里|儿|点|个位置)?([，,?？]|$)(?!.*条)|哪条(街|路)|坐落|地点在|(选|设|建|办|定)在那里[?？]?$|(设|建|办)在(什么地方|哪(里|儿|个地方|条)|哪$)|(到|去|在)?哪(里|儿|个网站)?(可以|能)?(下载|买得到|领取)"
        ),
        re.compile(r"路\d+号|位于|地址"),
    ),
    (
        "金额",
        re.compile(
            r"(多少|好多|几)钱|(收|交|缴)(多少|好多|几)(?![岁个名人所届年])|金额|budget|收费标准|学费|价格|(?<!公共)预算|投资额|拨款多少|经费(是)?多少|几万|补(助|贴)多少|(工资|津贴|补助)(是|有|能拿|能领|到手)?(多少|几)|(几百|几千|多少)块|奖金|(多少|几)(万|亿)?元|花(了)?多少|投(入)?多少"
        ),
        re.compile(r"[\d.]+(万|亿)?元"),
    ),
    (
        "姓名",
        re.compile(
            r"姓什么|姓名|(?<![位关体的门人方级])(指的)?是谁$|是哪位|哪位(领导|同志|老师)|(局长|主任|校长|区长|书记|组长|负责人|院长|领导)(是谁|叫)"
        ),
        re.compile(r"(?!)"),
    ),
    (
        "名单",
        re.compile(
            r"名单|(?<!还)有谁|当选|(成员|获奖者|人选)(都)?(有|是)(哪些|谁)|(景区|景点|研学点|书目|项目)(都)?(有|是|包括)哪些$|哪些(景区|景点|书目)$"
        ),
        re.compile(
            r"名单[：:]|等同志|[\u4e00-\u9fff]{2,}(学院|大学|中心)、|、[\u4e00-\u9fff]{2,}(学院|大学|中心)|(?<!农村)(?<!新建)(?<!寄宿制)(?<!职业)学校、[\u4e00-\u9fff]{2,}学校"
        ),
    ),
    (
        "条件或标准",
        re.compile(
            r"(条件|资格|评定标准|认定标准|标准|流程|程序|手续|材料)(是|有|都|具体|包括)?(什么|哪些|哪几|怎么|啥|多少)?[？?]?$|怎么(报名|申请|申报|选拔|报考)|如何(报名|申请|申报)|(到|去|在)哪(里|儿)?(报名|申请|办理|领)"
        ),
        re.compile(r"(条件|资格|标准)[^，。；]{0,4}(是|为|：|包括|如下)|符合.{2,20}的|具备"),
    ),
    (
        "处理办法",
        re.compile(r"(受到?|给|有)(什么|啥|哪些|怎样的)(处分|处罚|惩罚)|怎么(处分|处罚|罚)|罚多少"),
        re.compile(r"处分|处罚|追责|问责|查处"),
    ),
    (
        "进展",
        re.compile(
            r"已经?(建成|完成|有|达到|落实|实现|建了|办了)|去年|前年|上半年|完成得怎么样|进展|目前(已|建成|完成)"
        ),
        re.compile(r"〔进展〕|已经?(建成|完成|达)|底数|\d{4}-\d{2}-\d{2}"),
    ),
    (
        "截止日期",
        re.compile(r"截止|申报(时间|日期)|报名(时间|日期)"),
        re.compile(r"截止|\d{1,2}月\d{1,2}日前"),
    ),
    (
        "时刻",
        re.compile(r"几点(?!要求|意见|建议|措施|内容)|什么时刻"),
        re.compile(r"\d{1,2}[:：]\d{2}|\d{1,2}(点|时)(?!间)"),
    ),
    (
        "新名称",
        re.compile(
            r"(更名|改名|改叫|升大).{0,6}(叫|是|为|成)?(什么|啥|哪个)|改(成|了|为).{0,10}叫(什么|啥)|(新|校)名(是|叫|字)?(什么|啥)"
        ),
        re.compile(r"(更名|改名|升格|转设)(为|成)[“《\u4e00-\u9fff]|定名|名为"),
    ),
    (
        "名字",
        re.compile(r"叫(什么|啥)名|名字(是|叫)(什么|啥)"),
        re.compile(r"[“《]|[\u4e00-\u9fff]{2,}(园区|学院|学校|中心|平台|系统|工程|计划|行动)"),
    ),
    (
        "多久一次",
        re.compile(
            r"多久(一次|开|交流|评|检查|搞|办|换|轮|考|选|汇报|报告|竞聘|进行)|多久.{0,4}(一|1)?(次|回)|(几|多少)(年|个?月|天|周)(一|1)?次|(一|1|每)年.{0,5}(几|多少)[次回]|(频率|周期)(是|有)?(多|几|什么)|隔多久"
        ),
        re.compile(r"每(年|月|周|天|日|学期|学年|季度|两年|\d年)|(一|1|两|2|三|3)年.{0,2}次|年度|常态|逐年"),
    ),
    (
        "签订双方",
        re.compile(
            r"(签|订|协议).{0,6}谁(和|跟|与|同)谁|谁(和|跟|与|同)谁.{0,4}(签|订)|哪(两|几)(家|方|个单位)(签|订)|(跟|和|与)(谁|哪家|哪个单位)签"
        ),
        re.compile(r"签订|签署|双方"),
    ),
    (
        "计分办法",
        re.compile(
            r"(怎么|如何|咋)(打分|计分|记分|算分|排名|划片|分片|划分片)|打分表|评分(表|标准|细则)|(分值|权重|占分)"
        ),
        re.compile(r"打分|计分|评分|分值|分片|按片|权重|比重"),
    ),
    (
        "成绩",
        re.compile(
            r"(得|拿|获|评|排)(了|到|得)(第)?(几|什么名次|多少)|(得了|拿了|获得了)(什么|哪些|几)(奖|名|等)"
        ),
        re.compile(r"第[一二三\d]+名|(荣获|获得|获评|排名第|位列第)"),
    ),
    ("折扣", re.compile(r"几折|打折|折扣"), re.compile(r"\d折|[一二三四五六七八九]折")),
    (
        "分数",
        re.compile(r"(考|打|得|达到|要)(多少|几)分(?!之)|分数线|录取线|满分"),
        re.compile(r"\d+分(?![钟之])"),
    ),
    (
        "学区划分",
        re.compile(r"划片|(?<![计规])划到哪|(读|上|分到)哪个?(小学|中学|学校|幼儿园)$|学区房"),
        re.compile(r"划片|就近入学"),
    ),
    (
        "当年的情况",
        re.compile(
            r"(今年|明年|后年|本学期|这学期|下学期|下半年)[^岁，,。]{0,12}(多少|几|什么时候|哪天|何时)"
        ),
        re.compile(r"今年|本学期|下半年"),
    ),
    ("月份", re.compile(r"哪(几)?个月(?!.*(印发|发布|公布))|几月份"), re.compile(r"\d{1,2}月")),
    (
        "目前的情况",
        re.compile(
            r"(?:^|[,，])(?![^,，]*(要|达到|目标|打算|将来|争取|以后))[^,，]*(目前|眼下|(?<!出)现在|现阶段|当下|如今|当前)[^,，]*(多少|几|占|比例|率)"
        ),
        re.compile(
            r"〔进展〕|底数|现有|目前|已(经)?(建成|达|有)|\d{4}-\d{2}-\d{2}|20\d{2}年(\d+月)?(发布|公布|底)?数"
        ),
    ),
    ("原因", ASKS_WHY, re.compile(r"由于|因为|原因|旨在|以便|为了|为推动|目的")),
)

#: Those that a question for a date may ask for; 名单什么时候公布 asks for no list.
OF_DATES = ("截止日期", "时刻", "月份", "当年的情况", "进展", "多久一次", "原因")


def asked_attribute(question: str) -> str:
    """The attribute that a folded question asks for, or an empty string.

    >>> asked_attribute("区教委的电话是多少"), asked_attribute("公办园占比要到多少")
    ('联系方式', '')
    """
    return next((name for name, asked, _ in _ATTRIBUTES if asked.search(question)), "")


def states_attribute(attribute: str, text: str) -> bool:
    """Whether a text states an attribute of that name, by its form (a telephone number, an amount)."""
    return any(name == attribute and bool(form.search(text)) for name, _, form in _ATTRIBUTES)
