"""What is asked after an answer: about the same clause, of something new, of the document, of who was named."""

import pytest

from bot.conversation import complete
from bot.schema import Answer, Turn
from bot.service import Service


def talk(service: Service, *turns: str) -> Answer:
    """The answer to the last of some turns."""
    history: list[Turn] = []
    for turn in turns:
        history.append(Turn(turn, service.ask(turn, history)))
    answer = history[-1].answer
    assert answer is not None
    return answer


@pytest.mark.parametrize(
    ("before", "said", "text"),
    [
        ("每所高中要开几门特色校本课？", "那STEM基地呢，建几个？", "STEM基地，建几个？"),
        ("跟浙江还有合作吗", "那中新合作培养计划是派谁去的？", "中新合作培养计划是派谁去的？"),
        ("国家级示范校要几所？", "市级的呢", "市级示范校要几所？"),
        ("方案对成果转化提了哪些措施？", "国家怎么说？", "国家对成果转化提了哪些措施？"),
        ("国家那份纲要总共几个部分？", "是哪里印发的？", "国家那份纲要哪里印发的？"),
        ("我们区公办在园幼儿占比的目标是多少", "那全市现在到多少了？", "全市公办在园幼儿占比现在到多少了？"),
    ],
)
def test_a_follow_up_takes_what_it_lacks_and_no_more(before: str, said: str, text: str) -> None:
    assert complete(said, [Turn(before)], {}).text == text


def test_what_is_asked_next_is_looked_for_in_the_clause_just_cited(service: Service) -> None:
    answer = talk(service, "送教上门是送给哪些孩子的？", "他们的教育能不能跟医院康复接上")
    assert answer.citations[0].clause_id == "2.2.6"
    assert "医疗康复" in answer.answer


def test_a_new_subject_leaves_the_clause_just_cited(service: Service) -> None:
    answer = talk(service, "送教上门是送给哪些孩子的？", "那公办园占比呢，要到多少？")
    assert "65%" in answer.answer


def test_it_stands_for_the_body_that_was_the_answer(service: Service) -> None:
    answer = talk(service, "教育工作由谁牵头抓总？", "各部门多久向它报告一次？")
    assert answer.citations[0].clause_id == "3.3"
    assert "区委教育工作领导小组" in answer.answer


def test_a_part_of_a_name_is_asked_after_another(service: Service) -> None:
    answer = talk(service, "“12368”里的“2”是什么？", "“3”呢？")
    assert "职业教育重镇" in answer.answer


def test_a_follow_up_without_a_word_of_the_documents_is_asked_with_its_subject(service: Service) -> None:
    answer = talk(service, "哪个单位干得不好会怎么样？", "那干得好的呢？")
    assert "表扬激励" in answer.answer
