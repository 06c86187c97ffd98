#pragma once

/// Networks of the literature as types.

#include <tenet/models/alexnet.hpp>
#include <tenet/models/densenet.hpp>
#include <tenet/models/googlenet.hpp>
#include <tenet/models/lenet.hpp>
#include <tenet/models/mobilenet.hpp>
#include <tenet/models/nin.hpp>
#include <tenet/models/resnet.hpp>
#include <tenet/models/unet.hpp>
#include <tenet/models/vgg.hpp>
