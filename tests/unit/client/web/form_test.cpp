#include "client/web/form.h"

#include "client/web/content.h"
#include "client/web/pictures.h"
#include "client/web/render.h"
#include "client/web/texts.h"

#include "tests/support/test.h"

using namespace caseload;
using namespace caseload::client;

TEST_CASE("a form is read as it was sent, or refused") {
  struct Row {
    std::string sent;
    std::optional<Fault::Code> fault;
  };
  std::string many;
  for (std::size_t i = 0; i <= form_fields_max; ++i) many += "a=" + std::to_string(i) + "&";
  const Row rows[] = {
      {"", {}},
      {"a=1", {}},
      {"a=1&a=2&b=", {}},
      {"a", {}},
      {"a=b=c", {}},
      {"&&a=1&&", {}},
      {"a=%F0%9F%98%80", {}},
      {"a=%", Fault::bad_value},
      {"a=%4", Fault::bad_value},
      {"a=%zz", Fault::bad_value},
      {"a=%-1", Fault::bad_value},
      {"a=%00", Fault::bad_value},
      {std::string("a=\0", 3), Fault::bad_value},
      {"=1", Fault::bad_value},
      {"A=1", Fault::bad_value},
      {"a b=1", Fault::bad_value},
      {"%3Cscript%3E=1", Fault::bad_value},
      {std::string(101, 'a') + "=1", Fault::bad_value},
      {many, Fault::too_many},
      {std::string(form_bytes_max + 1, 'a'), Fault::too_large},
  };
  for (const Row& row : rows) {
    CAPTURE(row.sent.substr(0, 40));
    const Result<Fields> read = read_fields_sent(row.sent);
    CHECK(read.ok() == !row.fault);
    if (row.fault && !read) CHECK(read.fault().code() == *row.fault);
  }
  const Result<Fields> read = read_fields_sent("text=one%0D%0Atwo+three&x=%22%3Cb%3E&x=2&empty=");
  REQUIRE(read.ok());
  CHECK(read->one("text") == "one\ntwo three");
  CHECK(read->all("x") == std::vector<std::string>{"\"<b>", "2"});
  CHECK(read->has("empty"));
  CHECK_FALSE(read->has("absent"));
  CHECK(read->one("absent").empty());
  CHECK(in_address("a b/ā?&") == "a%20b%2F%C4%81%3F%26");
}

TEST_CASE("no template lets anything through as it stands, and none has a script or style of its own") {
  CHECK(templates().size() > 20);
  for (const TemplateEntry& entry : templates()) {
    CAPTURE(entry.name);
    for (const char* way : {"{{{", "{{&", "{{=", "[[", "]]", "style=\"", " onclick", "javascript:", "<script>", "GDS Transport", "crown"}) {
      CAPTURE(way);
      CHECK(entry.text.find(way) == std::string_view::npos);
    }
    const Json hostile{{"title", "<script>alert('1')</script>\"{{csrf}}"}, {"csrf", "secret"}};
    const std::string page = render(entry.name, hostile);
    CHECK(page.find("<script>alert") == std::string::npos);
    CHECK(page.find("&quot;secret") == std::string::npos);  // what is put in is not filled in again
  }
}

TEST_CASE("styles and scripts ask nobody else, and hold nothing that is not ours to use") {
  for (const AssetEntry& entry : assets()) {
    CAPTURE(entry.name);
    CHECK(entry.tag.size() == 32);
    for (const char* part : {"GDS Transport", "govuk-crest", "@font-face", "url(http", "url(//", "sourceMappingURL"}) {
      CAPTURE(part);
      CHECK(entry.content.find(part) == std::string_view::npos);
    }
  }
}

TEST_CASE("texts are filled in, and names of the catalogue become words") {
  CHECK(text_of_key("date.in_days", {{"n", "3"}}) == "in 3 days");
  CHECK(text_of_key("date.in_days").find("{n}") != std::string::npos);
  CHECK(count_in_words("case.overdue", 2) == "2 overdue");
  CHECK(in_words("intended_outcome") == "Intended outcome");
  CHECK(in_words("") == "");
  CHECK_FALSE(has_text("done."));
  CHECK_FALSE(has_text("../../etc"));
  for (const KindEntry& kind : Catalogue::built_in().kinds()) {
    CHECK_FALSE(label_of(kind).empty());
    for (const FieldEntry& field : kind.fields) CHECK(label_of(kind, field).find('_') == std::string::npos);
  }
}

TEST_CASE("a picture's numbers stand beside it as they are, and inside its frame") {
  const Figures figures{"Caption", "Week", {"a", "b"}, {{"1", {0, 0}}, {"2", {3, 1000}}}, 4};
  for (const Json& picture : {bars_of(figures), lines_of(figures)}) {
    CHECK(picture["rows"][1]["cells"][1]["text"] == "1000");
    for (const Json& bar : picture["bars"]) {
      CHECK(std::stoll(bar["y"].get<std::string>()) >= 0);
      CHECK(std::stoll(bar["h"].get<std::string>()) >= 0);
      CHECK(std::stoll(bar["y"].get<std::string>()) + std::stoll(bar["h"].get<std::string>()) <= std::stoll(picture["height"].get<std::string>()));
    }
  }
  CHECK(lines_of({"Empty", "Week", {}, {}, 0})["rows"].empty());
}
