#pragma once

#include <tenet/fwd.hpp>

namespace TENET_NAMESPACE {

/// All cores of this machine: where a model lives if nothing else is said.
struct Cpu {};

/// A device, by the system that runs it (backend/device/family.hpp).
template <class System_>
struct OnDevice {
    using System = System_;
};

}  // namespace tenet
