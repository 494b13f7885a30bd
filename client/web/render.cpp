#include "client/web/render.h"

#include <map>
#include <mutex>

#include <kainjow/mustache.hpp>

#include "client/web/content.h"
#include "common/base/check.h"

namespace caseload::client {
namespace {

using kainjow::mustache::data;
using kainjow::mustache::mustache;

data to_data(const Json& json) {
  switch (json.type()) {
    case Json::value_t::object: {
      data object{data::type::object};
      for (const auto& [name, value] : json.items()) object.set(name, to_data(value));
      return object;
    }
    case Json::value_t::array: {
      data list{data::type::list};
      for (const Json& value : json) list.push_back(to_data(value));
      return list;
    }
    case Json::value_t::string: {
      const std::string& text = json.get_ref<const std::string&>();
      return text.empty() ? data{data::type::bool_false} : data{text};
    }
    case Json::value_t::boolean:
      return data{json.get<bool>() ? data::type::bool_true : data::type::bool_false};
    case Json::value_t::null:
      return data{data::type::bool_false};
    default:
      return data{json.dump()};
  }
}

}  // namespace

std::string render(std::string_view name, const Json& view) {
  static std::mutex mutex;
  static std::map<std::string, mustache, std::less<>> parsed;
  const data filled = to_data(view);
  const std::lock_guard<std::mutex> lock(mutex);
  auto found = parsed.find(name);
  if (found == parsed.end()) {
    for (const TemplateEntry& entry : templates()) {
      if (entry.name == name)
        found = parsed.emplace(std::string(name), mustache(std::string(entry.text))).first;
    }
    CHECK(found != parsed.end() && found->second.is_valid(), "every page has its template");
  }
  return found->second.render(filled);
}

}  // namespace caseload::client
