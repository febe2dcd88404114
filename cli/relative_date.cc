#include "cli/relative_date.h"

#include <cstdio>
#include <ctime>

namespace pkg::cli {
namespace {

constexpr std::int64_t kMinute = 60, kHour = 60 * kMinute, kDay = 24 * kHour, kWeek = 7 * kDay, kMonth = 30 * kDay,
                       kYear = 365 * kDay;

std::int64_t seconds_between(std::int64_t a, std::int64_t b) {
  std::int64_t distance = a > b ? a - b : b - a;
  return (distance + 500) / 1000;
}

std::int64_t midnight_before(std::int64_t moment) {
  std::time_t seconds = static_cast<std::time_t>(moment / 1000);
  std::tm parts{};
  ::localtime_r(&seconds, &parts);
  parts.tm_hour = parts.tm_min = parts.tm_sec = 0;
  parts.tm_isdst = -1;
  return static_cast<std::int64_t>(std::mktime(&parts)) * 1000;
}

}  // namespace

std::string relative_date(std::int64_t moment, std::int64_t now) {
  std::int64_t delta = seconds_between(now, moment);
  // Days are counted from midnight.
  if (delta > kDay && delta < kWeek) {
    moment = midnight_before(moment);
    delta = seconds_between(now, moment);
  }
  if (delta < 30) return "just now";
  const bool past = now >= moment;
  auto said = [&](const std::string& text) { return text + (past ? " ago" : " from now"); };
  auto counted = [&](std::int64_t unit, const char* name) { return said(std::to_string(delta / unit) + " " + name); };
  if (delta < kMinute) return said(std::to_string(delta) + " seconds");
  if (delta < 2 * kMinute) return said("a minute");
  if (delta < kHour) return counted(kMinute, "minutes");
  if (delta / kHour == 1) return said("an hour");
  if (delta < kDay) return counted(kHour, "hours");
  if (delta < 2 * kDay) return past ? "yesterday" : "tomorrow";
  if (delta < kWeek) return counted(kDay, "days");
  if (delta / kWeek == 1) return said("a week");
  if (delta < kMonth) return counted(kWeek, "weeks");
  if (delta / kMonth == 1) return said("a month");
  if (delta < kYear) return counted(kMonth, "months");
  if (delta / kYear == 1) return said("a year");
  return said("over a year");
}

std::string byte_text(std::uint64_t bytes) {
  if (bytes < 1000) return std::to_string(bytes) + " B";
  double size = static_cast<double>(bytes);
  char text[40];
  if (bytes < 999'950)
    std::snprintf(text, sizeof text, "%.1f kB", size / 1e3);
  else if (bytes < 999'950'000)
    std::snprintf(text, sizeof text, "%.1f MB", size / 1e6);
  else
    std::snprintf(text, sizeof text, "%.1f GB", size / 1e9);
  return text;
}

}  // namespace pkg::cli
