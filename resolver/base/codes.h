#pragma once

#include <string_view>

// The codes an Error can carry: npm's, Node's or errno's names. They are public:
// tests and users match them.
namespace pkg::code {

// errno's.
inline constexpr std::string_view kNoEntry = "ENOENT";
inline constexpr std::string_view kExists = "EEXIST";
inline constexpr std::string_view kAccess = "EACCES";
inline constexpr std::string_view kInvalid = "EINVAL";
inline constexpr std::string_view kNotDirectory = "ENOTDIR";
inline constexpr std::string_view kIo = "EIO";

// npm's.
inline constexpr std::string_view kJsonParse = "EJSONPARSE";
inline constexpr std::string_view kTarget = "ETARGET";
inline constexpr std::string_view kNotFound = "E404";
inline constexpr std::string_view kUnauthorized = "E401";
inline constexpr std::string_view kForbidden = "E403";
inline constexpr std::string_view kIntegrity = "EINTEGRITY";
inline constexpr std::string_view kResolve = "ERESOLVE";
inline constexpr std::string_view kBadPlatform = "EBADPLATFORM";
inline constexpr std::string_view kBadEngine = "EBADENGINE";
inline constexpr std::string_view kOverride = "EOVERRIDE";
inline constexpr std::string_view kUsage = "EUSAGE";
inline constexpr std::string_view kNoLock = "ENOLOCK";
inline constexpr std::string_view kInvalidTagName = "EINVALIDTAGNAME";
inline constexpr std::string_view kInvalidPackageName = "EINVALIDPACKAGENAME";
inline constexpr std::string_view kUnsupportedProtocol = "EUNSUPPORTEDPROTOCOL";
inline constexpr std::string_view kLockfileVersion = "ELOCKFILEVERSION";
inline constexpr std::string_view kBadTarball = "TAR_BAD_ARCHIVE";
inline constexpr std::string_view kNotCached = "ENOTCACHED";
inline constexpr std::string_view kNoVersions = "ENOVERSIONS";
inline constexpr std::string_view kInvalidAuth = "ERR_INVALID_AUTH";
inline constexpr std::string_view kUnknownConfig = "EUNKNOWNCONFIG";
inline constexpr std::string_view kOtp = "EOTP";
inline constexpr std::string_view kAuthIp = "EAUTHIP";
inline constexpr std::string_view kMaxSize = "EMAXSIZE";
inline constexpr std::string_view kInvalidUrl = "EINVALIDURL";
inline constexpr std::string_view kNetwork = "ENETWORK";

// Node's.
inline constexpr std::string_view kModuleNotFound = "ERR_MODULE_NOT_FOUND";
inline constexpr std::string_view kCjsModuleNotFound = "MODULE_NOT_FOUND";
inline constexpr std::string_view kPackagePathNotExported = "ERR_PACKAGE_PATH_NOT_EXPORTED";
inline constexpr std::string_view kPackageImportNotDefined = "ERR_PACKAGE_IMPORT_NOT_DEFINED";
inline constexpr std::string_view kInvalidPackageTarget = "ERR_INVALID_PACKAGE_TARGET";
inline constexpr std::string_view kInvalidPackageConfig = "ERR_INVALID_PACKAGE_CONFIG";
inline constexpr std::string_view kInvalidModuleSpecifier = "ERR_INVALID_MODULE_SPECIFIER";
inline constexpr std::string_view kUnsupportedDirImport = "ERR_UNSUPPORTED_DIR_IMPORT";
inline constexpr std::string_view kUnsupportedResolveRequest = "ERR_UNSUPPORTED_RESOLVE_REQUEST";
inline constexpr std::string_view kUnknownBuiltin = "ERR_UNKNOWN_BUILTIN_MODULE";

}  // namespace pkg::code
